"""Property bags between the engine, programs and the core."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import pulumi
import pytest
from pulumi.output import Unknown

from pulumi_functiongraph import ObsTarget
from pulumi_functiongraph.bridge.property_bags import from_engine, from_program, to_engine
from pulumi_functiongraph.core.properties import UNKNOWN
from unit.program.programs import Engine


def unknown() -> Any:
    return Unknown()  # type: ignore[no-untyped-call] # the SDK left it untyped


@pytest.mark.parametrize(
    ("given", "expected"),
    [(3.0, 3), (-0.0, 0), (2.5, 2.5), (True, True), ("3", "3"), (None, None), (7, 7)],
)
def test_numbers_of_the_engine_are_whole_where_they_can_be(given: Any, expected: Any) -> None:
    for bag, found in (
        ({"key": given}, expected),
        ({"key": {"inner": given}}, {"inner": expected}),
    ):
        value = from_engine(bag)["key"]
        assert value == found
        assert type(value) is type(found)


def test_unknown_values_are_known_as_such_at_any_depth_and_go_back() -> None:
    bag = from_engine({"a": unknown(), "b": {"c": unknown(), "d": 1.0}})
    assert bag == {"a": UNKNOWN, "b": {"c": UNKNOWN, "d": 1}}
    back = to_engine(bag)
    assert isinstance(back["a"], Unknown)
    assert isinstance(back["b"]["c"], Unknown)
    assert back["b"]["d"] == 1


def test_pulumi_s_own_keys_are_left_out() -> None:
    assert from_engine({"__provider": "x", "a": {"__defaults": [], "b": 1}}) == {"a": {"b": 1}}


def test_outputs_and_awaitables_of_a_program_are_unknown_unless_something_stands_for_them() -> None:
    def program() -> None:
        pulumi.runtime.set_mocks(Engine())
        output = pulumi.Output.from_input("x")
        named = pulumi.Output.from_input("y")
        future: asyncio.Future[str] = asyncio.new_event_loop().create_future()
        bag = from_program(
            {
                "function_urn": named,
                "on_success": output,
                "on_failure": ObsTarget(output, prefix="x"),
                "other_key": {"topic_urn": future, "expires": 0},
                "tags": ["a", output, {"topic_urn": output}],
            },
            known={named: "urn:pulumi:x"}.get,
        )
        assert bag == {
            "functionUrn": "urn:pulumi:x",
            "onSuccess": UNKNOWN,
            "onFailure": {"destination": "OBS", "bucket": UNKNOWN, "prefix": "x"},
            "other_key": {"topicUrn": UNKNOWN, "expires": 0},
            "tags": ["a", UNKNOWN, {"topicUrn": UNKNOWN}],
        }
        future.get_loop().close()

    contextvars.Context().run(program)
