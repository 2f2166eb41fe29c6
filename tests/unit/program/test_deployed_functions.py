"""Functions of a program that exist already are known by the name that state has of them."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pytest

from factories import URN, function_urn
from pulumi_functiongraph.bridge.property_bags import from_program
from pulumi_functiongraph.core.graph import Node, NodeKind, nodes
from pulumi_functiongraph.core.prechecks.makers import Maker
from pulumi_functiongraph.program.declarations import DeclaredResource
from pulumi_functiongraph.program.deployed_functions import existing

MADE = "urn:pulumi:dev::shop::test:index:Function::orders"
NODE = nodes.identified(NodeKind.FUNCTION, MADE)
LIVE = nodes.function(function_urn("orders"))


@pulumi.input_type
class Mount:
    def __init__(self, mount_path: str) -> None:
        pulumi.set(self, "mount_path", mount_path)

    @property
    @pulumi.getter(name="mountPath")
    def mount_path(self) -> str:
        return str(pulumi.get(self, "mount_path"))


def registered(arguments: Mapping[str, object], *, is_component: bool = False) -> DeclaredResource:
    """A resource that was never constructed: only what it is declared with is looked at."""
    made: pulumi.Resource = object.__new__(pulumi.CustomResource)
    inputs = from_program(arguments)
    maker = Maker.of("orders", "test:index:Function", inputs, is_component=is_component)
    return DeclaredResource(made, MADE, maker)


def found(
    outputs: Mapping[str, object],
    *,
    arguments: Mapping[str, object] | None = None,
    node: Node = NODE,
    is_component: bool = False,
) -> list[Node]:
    declared = [registered(arguments or {}, is_component=is_component)]
    return [live for each in existing([node], declared, {MADE: outputs}).values() for live in each]


@pytest.mark.parametrize("name", ["function_urn", "functionUrn", "func_urn", "funcUrn", "id2"])
def test_an_output_that_names_the_function_tells_which_it_is(name: str) -> None:
    assert found({name: URN, "memory": 128}) == [LIVE]


def test_of_several_names_the_one_that_is_meant_for_it_counts() -> None:
    assert found({"functionUrn": URN, "versionUrn": f"{URN}2"}) == [LIVE]


def test_two_possible_names_tell_nothing() -> None:
    assert found({"one": URN, "other": str(function_urn("billing"))}) == []


def test_another_output_is_taken_for_what_it_says_itself() -> None:
    version = function_urn("orders", version="v1")
    node = nodes.identified(NodeKind.FUNCTION, f"{MADE}.version_urn")

    told = {"functionUrn": URN, "versionUrn": str(version)}
    assert found(told, node=node) == [nodes.function(version)]
    assert found({"functionUrn": URN}, node=node) == []


@pytest.mark.parametrize("value", ["orders", "urn:fss:nonsense", 7, None])
def test_what_is_no_function_urn_tells_nothing(value: object) -> None:
    assert found({"functionUrn": value}) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "orders"},
        {"func_name": "orders", "memory_size": 128, "function_urn": None},
        {"name": "orders", "__provider": "other code"},
        {"mounts": [{"mount_path": "/mnt"}], "tags": ["a", "b"]},
        {"mounts": [Mount("/mnt")]},
    ],
)
def test_inputs_that_are_those_of_state_leave_it_as_it_is(arguments: Mapping[str, object]) -> None:
    outputs = {
        "name": "orders",
        "funcName": "orders",
        "memorySize": 128.0,
        "mounts": [{"mountPath": "/mnt"}],
        "tags": ["a", "b"],
        "functionUrn": URN,
    }

    assert found(outputs, arguments=arguments) == [LIVE]


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "orders2"},
        {"agency": "new"},
        {"mounts": [{"mount_path": "/other"}]},
        {"mounts": {"mount_path": "/mnt"}},
        {"tags": ["a"]},
        {"tags": "a"},
        {"name": object()},
    ],
)
def test_an_input_that_changes_or_is_not_known_leaves_it_unknown(
    arguments: Mapping[str, object],
) -> None:
    outputs = {"name": "orders", "mounts": [{"mountPath": "/mnt"}], "tags": ["a", "b"]}

    assert found({**outputs, "functionUrn": URN}, arguments=arguments) == []


def test_a_list_that_is_no_list_in_state_leaves_it_unknown() -> None:
    assert found({"functionUrn": URN, "tags": "ab"}, arguments={"tags": ["a", "b"]}) == []


def test_a_component_is_not_what_its_parts_were() -> None:
    assert found({"functionUrn": URN}, is_component=True) == []


def test_a_function_that_is_not_in_state_is_unknown() -> None:
    assert existing([NODE], [registered({})], {}) == {}
