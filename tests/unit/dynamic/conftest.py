"""None of this machine's settings in these tests, and which provider they have."""

from __future__ import annotations

import pytest

from unit.dynamic.provider_process import DOOR
from unit.this_machine import an_event_loop, no_settings_of_this_machine

__all__ = ["an_event_loop", "no_settings_of_this_machine"]


@pytest.fixture(params=["dynamic", "plugin"])
def each_provider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with the dynamic provider, and with the plugin."""
    monkeypatch.setattr(DOOR, "is_plugin", request.param == "plugin")
