"""How many requests the gate of a program has in flight, whatever it asks side by side."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from threading import Lock
from typing import Any

import pytest

from factories import PROJECT, REGION
from pulumi_functiongraph import AsyncNotificationConfig, SmnTarget
from pulumi_functiongraph.cloud.http.transport import Transport
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.emulator.process import Emulator
from unit.program import programs

NAMES = [f"f{number}" for number in range(2 * REQUESTS_IN_FLIGHT)]
SEED = {
    "agencies": [{"name": "writer", "grants": ["SMN Administrator", "Tenant Guest"]}],
    "functions": [{"name": name, "xrole": "writer"} for name in NAMES],
    "topics": [{"name": name} for name in NAMES],
}


class Flights:
    """Counts the requests that are under way, each of which takes a while."""

    def __init__(self) -> None:
        self.now = self.most = self.all = 0
        self._lock = Lock()

    def begin(self) -> None:
        with self._lock:
            self.now += 1
            self.all += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)

    def end(self) -> None:
        with self._lock:
            self.now -= 1


@pytest.fixture
def flights(monkeypatch: pytest.MonkeyPatch) -> Flights:
    found, send = Flights(), Transport.send

    def counted(self: Transport, *arguments: Any, **options: Any) -> Any:
        found.begin()
        try:
            return send(self, *arguments, **options)
        finally:
            found.end()

    monkeypatch.setattr(Transport, "send", counted)
    return found


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(cloud="otc", seed=SEED) as running:
        yield running


def declaring() -> None:
    for name in NAMES:
        topic = SmnTarget(f"urn:smn:{REGION}:{PROJECT}:{name}")
        AsyncNotificationConfig(name, function_urn=name, on_success=topic)


@pytest.mark.parametrize("live_graph", ["on", "targets", "off"])
@pytest.mark.parametrize("is_update", [False, True])
def test_a_gate_has_no_more_requests_in_flight_than_one_limit(
    live_graph: str,
    *,
    is_update: bool,
    emulator: Emulator,
    flights: Flights,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", live_graph)
    monkeypatch.setattr(programs, "by_engine", True)
    monkeypatch.setattr(gc, "freeze", lambda: None)  # the process of the tests goes on

    programs.run(declaring, is_update=is_update)

    assert flights.all > 2 * len(NAMES)
    assert flights.most == REQUESTS_IN_FLIGHT
