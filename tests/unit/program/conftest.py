"""None of this machine's settings in these tests, and programs as the engine runs them."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.names import FunctionUrn
from unit.operations.cloud_of_facts import Account as Facts
from unit.operations.cloud_of_facts import account
from unit.program import programs
from unit.this_machine import an_event_loop, no_settings_of_this_machine

__all__ = ["an_event_loop", "cloud", "no_settings_of_this_machine", "outside_unit_tests"]


class NothingLive:
    """A cloud in which no function has a config."""

    def get_async_config(self, _function_urn: FunctionUrn) -> None:
        return None


@pytest.fixture
def outside_unit_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs run as the engine runs them, where nothing is live."""

    def of_double(_self: Account, **_more: Any) -> NothingLive:
        return NothingLive()

    monkeypatch.setattr(Account, "configs", of_double)
    monkeypatch.setattr(programs, "by_engine", True)
    monkeypatch.setattr(gc, "freeze", lambda: None)  # the process of the tests goes on
    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", "off")


@pytest.fixture
def cloud(outside_unit_tests: None, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """What a pre-check asks, answered by the double of that port."""
    facts = account()

    def of_double(_self: Account, **_more: Any) -> Facts:
        return facts

    monkeypatch.setattr(Account, "facts", of_double)
    return facts
