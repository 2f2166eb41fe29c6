"""Cycles that a program declares, under mocks: the gate judges them without engine or network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import pulumi_functiongraph as functiongraph
from factories import PROJECT, REGION, TOPIC, URN
from pulumi_functiongraph import (
    AsyncNotificationConfig,
    DisTarget,
    FunctionTarget,
    ObsTarget,
    SmnTarget,
)
from unit.program.programs import Engine, run

OTHER = URN.replace("orders", "billing")


class Function(pulumi.CustomResource):
    """A function whose URN is unknown until it is created."""

    function_urn: pulumi.Output[str]
    version_urn: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        outputs = {"functionUrn": None, "versionUrn": None}
        super().__init__("test:index:Function", name, outputs, opts)
        self.__dict__["function_urn"] = self.__dict__.get("functionUrn")
        self.__dict__["version_urn"] = self.__dict__.get("versionUrn")


class Group(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("test:index:Group", name)


def literals() -> None:
    AsyncNotificationConfig("a", function_urn=URN, on_success=FunctionTarget(OTHER))
    AsyncNotificationConfig("b", function_urn=OTHER, on_failure=FunctionTarget(URN))


def resources() -> None:
    one, two = Function("one"), Function("two")
    AsyncNotificationConfig("a", function_urn=one, on_success=FunctionTarget(two))
    AsyncNotificationConfig("b", function_urn=two, on_success=FunctionTarget(one.function_urn))


def configs_of_configs() -> None:
    first = AsyncNotificationConfig("a", function_urn=URN, on_success=FunctionTarget(OTHER))
    AsyncNotificationConfig("b", function_urn=OTHER, on_success=FunctionTarget(first.function_urn))


def in_components() -> None:
    group = Group("group")
    inside = pulumi.ResourceOptions(parent=group)
    one, two = Function("one", inside), Function("two", inside)
    AsyncNotificationConfig("a", function_urn=one, on_success=FunctionTarget(two), opts=inside)
    AsyncNotificationConfig("b", function_urn=two, on_success=FunctionTarget(one), opts=inside)


def through_a_topic() -> None:
    functiongraph.Trigger(SmnTarget(TOPIC), function_urn=URN)
    AsyncNotificationConfig("a", function_urn=URN, on_success=SmnTarget(TOPIC))


def through_a_bucket() -> None:
    one = Function("one")
    functiongraph.Trigger(ObsTarget("results"), function_urn=one, prefix="in/", suffix=".json")
    AsyncNotificationConfig("a", function_urn=one, on_failure=ObsTarget("results", "in/failed/"))


def through_a_stream() -> None:
    functiongraph.Trigger(DisTarget("events"), function_urn=URN)
    AsyncNotificationConfig("a", function_urn=URN, on_failure=DisTarget("events"))


CYCLES = [
    literals,
    resources,
    configs_of_configs,
    in_components,
    through_a_topic,
    through_a_bucket,
    through_a_stream,
]


@pytest.mark.parametrize("program", CYCLES, ids=lambda program: str(program.__name__))
def test_a_cycle_is_refused_before_anything_is_registered(
    program: Callable[[], None], outside_unit_tests: None
) -> None:
    engine = Engine()
    with pytest.raises(pulumi.RunError, match=r"FGN101 error: [ab]\.on") as stopped:
        run(program, engine=engine)
    assert engine.registered == {}
    assert "breaks it: remove" in str(stopped.value)
    assert "FUNCTIONGRAPH_ON_CYCLE=warn" in str(stopped.value)


@pytest.mark.parametrize("program", CYCLES, ids=lambda program: str(program.__name__))
def test_a_cycle_is_refused_in_a_unit_test_by_what_closes_it(program: Callable[[], None]) -> None:
    with pytest.raises(pulumi.RunError, match=r"FGN101 error: [ab]\.on"):
        run(program)


def excluded_by_the_prefix() -> None:
    functiongraph.Trigger(ObsTarget("results"), function_urn=URN, prefix="in/")
    AsyncNotificationConfig("a", function_urn=URN, on_failure=ObsTarget("results", "out/"))


def another_version() -> None:
    one = Function("one")
    AsyncNotificationConfig("a", function_urn=one, on_success=FunctionTarget(one.version_urn))


def a_chain() -> None:
    AsyncNotificationConfig("a", function_urn=URN, on_success=FunctionTarget(OTHER))
    AsyncNotificationConfig("b", function_urn=OTHER, on_success=SmnTarget(TOPIC))


def acknowledged() -> None:
    AsyncNotificationConfig(
        "a", function_urn=URN, on_success=FunctionTarget(URN, allow_cycle="counts down")
    )


def triggered_by_what_is_unknown() -> None:
    one = Function("one")
    functiongraph.Trigger(
        SmnTarget(one.function_urn.apply(str)), function_urn=one.function_urn.apply(str)
    )
    AsyncNotificationConfig("a", function_urn=one, on_success=SmnTarget(TOPIC))


@pytest.mark.parametrize(
    "program",
    [excluded_by_the_prefix, another_version, a_chain, acknowledged, triggered_by_what_is_unknown],
    ids=lambda program: str(program.__name__),
)
def test_what_is_no_cycle_or_intended_is_registered(program: Callable[[], None]) -> None:
    assert "a" in run(program).registered


def test_a_cycle_can_be_a_warning() -> None:
    assert set(run(literals, settings={"onCycle": "warn"}).registered) == {"a", "b"}


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: functiongraph.Trigger(ObsTarget("No_Bucket"), URN), "source.bucket: is not a"),
        (lambda: functiongraph.Trigger(SmnTarget(TOPIC), "urn:fss:x"), "function_urn: is not a"),
    ],
)
def test_a_wrong_trigger_is_told_with_its_place(make: Callable[[], Any], told: str) -> None:
    def program() -> None:
        make()
        AsyncNotificationConfig("a", function_urn=URN)

    with pytest.raises(pulumi.RunError, match=told) as stopped:
        run(program)
    assert "test_cycles.py:" in str(stopped.value)
    assert "No_Bucket" not in str(stopped.value)


def test_short_names_of_triggers_are_completed() -> None:
    def program() -> None:
        functiongraph.Trigger(SmnTarget(TOPIC), function_urn="orders")
        AsyncNotificationConfig("a", function_urn="orders", on_success=SmnTarget(TOPIC))

    with pytest.raises(pulumi.RunError, match="FGN101"):
        run(program, settings={"region": REGION, "projectId": PROJECT})
