"""None of this machine's settings in these tests, and programs as the engine runs them."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.bridge.clients import Account
from unit.operations.cloud_of_facts import Account as Facts
from unit.operations.cloud_of_facts import account
from unit.program import programs
from unit.this_machine import an_event_loop, no_settings_of_this_machine

__all__ = ["an_event_loop", "cloud", "no_settings_of_this_machine", "outside_unit_tests"]


@pytest.fixture
def outside_unit_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs run as the engine runs them, where nothing is live."""
    monkeypatch.setattr(programs, "by_engine", True)
    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", "off")


@pytest.fixture
def cloud(outside_unit_tests: None, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """What a pre-check asks, answered by the double of that port."""
    facts = account()

    def of_double(_self: Account, **_more: Any) -> Facts:
        return facts

    monkeypatch.setattr(Account, "facts", of_double)
    return facts
