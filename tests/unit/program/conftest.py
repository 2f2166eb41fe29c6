"""None of this machine's settings in these tests."""

import pytest

from pulumi_functiongraph.dynamic import resource
from pulumi_functiongraph.program import gate
from unit.this_machine import an_event_loop, no_settings_of_this_machine

__all__ = ["an_event_loop", "no_settings_of_this_machine", "outside_unit_tests"]


@pytest.fixture
def outside_unit_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gate take the program for one that the engine runs, where nothing is live."""
    monkeypatch.setattr(gate, "is_mocked", lambda: False)
    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", "off")
    # Mocks have no callback server, so hooks are tried with the engine.
    monkeypatch.setattr(resource, "hooked", lambda opts, _declared: opts)
