"""The input types: what they hold, and that Pulumi can take them apart and put them together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi._types import input_type_to_untranslated_dict

from factories import PROJECT, REGION, URN
from pulumi_functiongraph import (
    AsyncNotificationConfig,
    AsyncNotificationConfigArgs,
    DisTarget,
    FunctionTarget,
    ObsTarget,
    SmnTarget,
    Trigger,
    get_function,
    get_function_output,
)
from unit.program.programs import run

TOPIC = f"urn:smn:{REGION}:{PROJECT}:done"

TARGETS: list[tuple[Callable[[], Any], dict[str, Any]]] = [
    (
        lambda: FunctionTarget(URN, allow_cycle="it ends"),
        {"destination": "FunctionGraph", "functionUrn": URN, "allowCycle": "it ends"},
    ),
    (
        lambda: ObsTarget("results", "x/", 0, allow_cycle="it ends"),
        {
            "destination": "OBS",
            "bucket": "results",
            "prefix": "x/",
            "expires": 0,
            "allowCycle": "it ends",
        },
    ),
    (
        lambda: SmnTarget(TOPIC, allow_cycle="it ends"),
        {"destination": "SMN", "topicUrn": TOPIC, "allowCycle": "it ends"},
    ),
    (
        lambda: DisTarget("events", allow_cycle="it ends"),
        {"destination": "DIS", "streamName": "events", "allowCycle": "it ends"},
    ),
    (lambda: ObsTarget("results"), {"destination": "OBS", "bucket": "results"}),
    (lambda: FunctionTarget(URN), {"destination": "FunctionGraph", "functionUrn": URN}),
    (lambda: SmnTarget(TOPIC), {"destination": "SMN", "topicUrn": TOPIC}),
    (lambda: DisTarget("events"), {"destination": "DIS", "streamName": "events"}),
]


def registered(make: Callable[[], Any]) -> Any:
    """A target as the engine gets it."""

    def program() -> None:
        AsyncNotificationConfig("config", function_urn="source", on_success=make())

    settings = {"region": REGION, "projectId": PROJECT}
    return run(program, settings=settings).registered["config"]["onSuccess"]


@pytest.mark.parametrize(("make", "expected"), TARGETS)
def test_a_target_is_flat_and_in_the_spelling_of_state(
    make: Callable[[], Any], expected: dict[str, Any]
) -> None:
    assert registered(make) == expected


@pytest.mark.parametrize(("make", "expected"), TARGETS)
def test_a_target_inside_an_output_is_the_same(
    make: Callable[[], Any], expected: dict[str, Any]
) -> None:
    assert registered(lambda: pulumi.Output.from_input(make())) == expected


@pytest.mark.parametrize(("make", "expected"), TARGETS)
def test_the_properties_of_a_target_can_be_read(
    make: Callable[[], Any], expected: dict[str, Any]
) -> None:
    target = make()
    held = input_type_to_untranslated_dict(target)
    assert len(held) == len(expected)
    for name, value in held.items():
        assert getattr(target, name) == value


def test_what_was_left_out_of_a_target_reads_as_none() -> None:
    target = ObsTarget("results")
    assert (target.prefix, target.expires, target.allow_cycle) == (None, None, None)


def test_args_hold_only_what_was_said_and_survive_an_output() -> None:
    args = AsyncNotificationConfigArgs(function_urn=URN, max_async_retry_attempts=0, adopt=False)
    assert input_type_to_untranslated_dict(args) == {
        "function_urn": URN,
        "max_async_retry_attempts": 0,
        "adopt": False,
    }

    def program() -> pulumi.Output[None]:
        def compare(held: AsyncNotificationConfigArgs) -> None:
            assert input_type_to_untranslated_dict(held) == input_type_to_untranslated_dict(args)

        return pulumi.Output.from_input(args).apply(compare)

    run(program)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"topic_urn": TOPIC}, {"topicUrn": TOPIC}),
        ({"bucket": "results", "expires": 3}, {"bucket": "results", "expires": 3}),
        ({"stream_name": "events"}, {"streamName": "events"}),
        ({"function_urn": URN}, {"functionUrn": URN}),
    ],
)
def test_a_dictionary_is_spelled_the_same_way(
    target: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert registered(lambda: target) == expected


FOUND = {"region": REGION, "projectId": PROJECT}
NAMED = f"urn:fss:{REGION}:{PROJECT}:function:default:billing:latest"


@pytest.mark.parametrize(
    "make",
    [
        lambda: FunctionTarget(get_function("billing")),
        lambda: FunctionTarget(get_function_output("billing")),
        lambda: {"function_urn": get_function("billing")},
        lambda: {"function_urn": get_function_output("billing")},
    ],
)
def test_a_function_that_was_looked_up_is_a_target(make: Callable[[], Any]) -> None:
    assert registered(make)["functionUrn"] == NAMED


@pytest.mark.parametrize("look_up", [get_function, get_function_output])
def test_a_function_that_was_looked_up_is_a_source(look_up: Callable[[str], Any]) -> None:
    def program() -> pulumi.Output[str]:
        return AsyncNotificationConfig("config", function_urn=look_up("billing")).urn

    assert run(program, settings=FOUND).registered["config"]["functionUrn"] == NAMED


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: ObsTarget(bukcet="x"), "no argument bukcet, did you mean bucket?"),  # type: ignore[call-arg]
        (lambda: ObsTarget("x", expire=3), "no argument expire, did you mean expires?"),  # type: ignore[call-arg]
        (lambda: SmnTarget(topic="x"), "no argument topic, did you mean topic_urn?"),  # type: ignore[call-arg]
        (lambda: DisTarget(streamName="x"), "did you mean stream_name?"),  # type: ignore[call-arg]
        (
            lambda: Trigger(SmnTarget("x"), functionUrn="orders"),  # type: ignore[call-arg]
            "no argument functionUrn, did you mean function_urn?",
        ),
        (lambda: Trigger(SmnTarget("x")), "missing a required argument: 'function_urn'"),  # type: ignore[call-arg]
        (FunctionTarget, "missing a required argument: 'function_urn'"),
        (
            lambda: AsyncNotificationConfigArgs(function_urn=URN, max_retry_attempts=1),  # type: ignore[call-arg]
            "no argument max_retry_attempts, did you mean max_async_retry_attempts?",
        ),
    ],
)
def test_an_argument_that_a_class_does_not_have_is_told_with_what_may_be_meant(
    make: Callable[[], Any], told: str
) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        make()
    assert isinstance(refused.value, TypeError)
    assert told in str(refused.value)
    assert "test_inputs.py:" in str(refused.value)


def test_a_keyword_that_a_config_does_not_have_is_told_with_what_may_be_meant() -> None:
    wrong: Any = {"function_urn": URN, "max_retry_attempts": 1}
    told = r"config\.max_retry_attempts .*did you mean max_async_retry_attempts\?"
    with pytest.raises(pulumi.RunError, match=told):
        run(lambda: AsyncNotificationConfig("config", **wrong).urn)
