"""Reading what is live, against a scripted port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from factories import OTHER_PROJECT, PROJECT, REGION, function_urn
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.drift.inputs import LiveReadings, UnreadConfig
from pulumi_functiongraph.core.errors import CloudError, Forbidden, Throttled
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.operations.drift import read_live

HERE = (REGION, PROJECT)
NAMED = f"project {PROJECT} in {REGION}"


@dataclass
class Cloud:
    """The port's double: answers from tables, remembers what was asked, can fail."""

    functions: list[FunctionUrn] = field(default_factory=list)
    configs: list[FunctionUrn] = field(default_factory=list)
    failing: dict[str, CloudError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self._ask(f"get {function_urn.name}:{function_urn.version}")
        return live(function_urn) if function_urn in self.configs else None

    def list_async_configs(self, function_urn: FunctionUrn) -> Sequence[LiveConfig]:
        self._ask(f"list {function_urn.name}")
        same = [each for each in self.configs if each.function == function_urn.function]
        return [live(each) for each in same]

    def list_functions(self, *, region: str, project_id: str) -> Iterator[FunctionFacts]:
        for urn in self.functions:
            if (urn.region, urn.project_id) == (region, project_id):
                yield FunctionFacts(urn)
        self._ask(f"functions of {project_id}")

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        self.before()
        if what in self.failing:
            raise self.failing[what]


def live(urn: FunctionUrn) -> LiveConfig:
    return LiveConfig(config=Config(function_urn=urn))


def failed(kind: type[CloudError]) -> CloudError:
    return kind(operation="look", resource="x", status=403, code="FSS.0403")


def test_only_declared_configs_are_asked_for_when_no_project_is_given() -> None:
    there, gone = function_urn(), function_urn("gone")
    cloud = Cloud(functions=[there, function_urn("stray")], configs=[there])

    assert read_live(cloud, [there, gone]) == LiveReadings({gone: None, there: live(there)})
    assert sorted(cloud.asked) == ["get gone:latest", "get orders:latest"]


def test_a_project_is_read_with_one_request_a_function() -> None:
    orders, stray = function_urn(), function_urn("stray")
    cloud = Cloud(functions=[orders, stray], configs=[orders, stray])

    found = read_live(cloud, [orders], places=[HERE, HERE])

    assert found == LiveReadings({orders: live(orders), stray: live(stray)}, (NAMED,))
    assert sorted(cloud.asked) == [f"functions of {PROJECT}", "list orders", "list stray"]


@dataclass
class Slow(Cloud):
    """Lists its functions once somebody has asked for the configs of one."""

    is_asked: threading.Event = field(default_factory=threading.Event)

    def list_async_configs(self, function_urn: FunctionUrn) -> Sequence[LiveConfig]:
        self.is_asked.set()
        return super().list_async_configs(function_urn)

    def list_functions(self, *, region: str, project_id: str) -> Iterator[FunctionFacts]:
        assert self.is_asked.wait(10)
        return super().list_functions(region=region, project_id=project_id)


def test_what_is_declared_in_a_project_is_asked_for_before_its_functions_are_listed() -> None:
    cloud = Slow(functions=[function_urn()], configs=[function_urn()])

    found = read_live(cloud, [function_urn()], places=[HERE])

    assert found == LiveReadings({function_urn(): live(function_urn())}, (NAMED,))
    assert sorted(cloud.asked) == [f"functions of {PROJECT}", "list orders"]


def test_the_configs_of_all_versions_are_found() -> None:
    latest, first = function_urn(), function_urn(version="v1")

    found = read_live(Cloud(functions=[latest], configs=[latest, first]), [], places=[HERE])

    assert set(found.configs) == {latest, first}


def test_what_a_list_does_not_have_is_asked_for_once_more() -> None:
    cloud = Cloud(functions=[function_urn()])

    found = read_live(cloud, [function_urn(), function_urn("elsewhere")], places=[HERE])

    assert found.configs == {function_urn(): None, function_urn("elsewhere"): None}
    assert cloud.asked.count("get orders:latest") == 1
    assert cloud.asked.count("get elsewhere:latest") == 1


def test_a_project_that_cannot_be_listed_is_unread_and_its_declared_configs_are_read() -> None:
    failing = {f"functions of {OTHER_PROJECT}": failed(Forbidden)}
    cloud = Cloud(configs=[function_urn()], failing=failing)

    found = read_live(cloud, [function_urn()], places=[(REGION, OTHER_PROJECT)])

    assert found.places == ()
    (why,) = found.unread.values()
    assert why.startswith("could not look of x: HTTP 403 FSS.0403 (the permission that would let")
    assert "FunctionGraph:function:list or a read-only policy" in why
    assert found.configs == {function_urn(): live(function_urn())}


def test_a_function_whose_configs_cannot_be_listed_is_unread() -> None:
    first = function_urn(version="v1")
    failing = {f"list {name}": failed(Throttled) for name in ("orders", "stray")}
    cloud = Cloud(functions=[function_urn(), function_urn("stray")], failing=failing)

    found = read_live(cloud, [function_urn(), first], places=[HERE])

    why = UnreadConfig(str(failed(Throttled)))
    assert found.configs == {function_urn(): why, first: why, function_urn("stray"): why}


def test_a_config_that_cannot_be_read_is_unread() -> None:
    cloud = Cloud(failing={"get orders:latest": failed(Forbidden)})

    (reading,) = read_live(cloud, [function_urn()]).configs.values()

    assert isinstance(reading, UnreadConfig)
    assert "FunctionGraph:function:getConfig or a read-only policy" in reading.why


def test_an_error_of_ours_is_not_swallowed() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_live(Cloud(before=broken), [function_urn()])


def test_progress_is_told_with_every_answer() -> None:
    told: list[tuple[int, int]] = []
    cloud = Cloud(functions=[function_urn(), function_urn("stray")])

    read_live(
        cloud,
        [function_urn()],
        places=[HERE],
        progress=lambda done, every: told.append((done, every)),
    )

    # The functions, the configs of two, and the declared one that is not among them.
    assert [done for done, _ in told] == [1, 2, 3, 4]
    assert told[-1] == (4, 4)


def test_sixteen_questions_are_asked_at_once() -> None:
    meeting = threading.Barrier(REQUESTS_IN_FLIGHT, timeout=10)
    urns = [function_urn(f"f{number}") for number in range(REQUESTS_IN_FLIGHT)]

    read_live(Cloud(before=meeting.wait), urns)

    assert not meeting.broken


def test_an_address_of_another_region_than_was_asked_for_is_told() -> None:
    class Elsewhere(Cloud):
        def list_functions(self, *, region: str, project_id: str) -> Iterator[FunctionFacts]:
            return super().list_functions(region=REGION, project_id=project_id)

    cloud = Elsewhere(functions=[function_urn()], configs=[function_urn()])

    found = read_live(cloud, [], places=[("nowhere", PROJECT)])

    name = f"project {PROJECT} in nowhere"
    assert (found.configs, found.places) == ({}, ())
    assert f"the address that was asked serves region {REGION}" in found.unread[name]
    assert cloud.asked == []
