"""The edges of declared triggers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pulumi
from msgspec.structs import replace

from pulumi_functiongraph.core.declaration import read_declaration
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.graph import Edge, Label, Node, NodeKind
from pulumi_functiongraph.core.graph import nodes as graph_nodes
from pulumi_functiongraph.core.graph.notifications import SOURCE
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN, Bag
from pulumi_functiongraph.program.records import RecordedTrigger


class KnownValues(Protocol):
    """What is known of the values in a program."""

    @property
    def region(self) -> str:
        """Completes short names."""

    @property
    def project_id(self) -> str:
        """Completes short names."""

    def bag(self, arguments: Mapping[str, Any]) -> Bag:
        """The properties that the program passes, ``UNKNOWN`` where they are."""

    def behind(self, outputs: Mapping[str, pulumi.Output[Any]]) -> Mapping[str, str]:
        """By property path, the identity of the resource behind each Output that has one."""


def trigger_edges(trigger: RecordedTrigger, known: KnownValues) -> Iterator[Edge]:
    """Read a trigger as a config whose target is the trigger's source, and turn it round.

    Raises:
        InvalidInput: it cannot be read.
    """
    bag = known.bag(trigger.arguments)
    behind = known.behind(trigger.outputs)
    urn = _function_of(trigger, bag, known)
    found = read_declaration(
        "Trigger",
        {SOURCE: UNKNOWN, "onSuccess": _listening(bag, trigger)},
        where=trigger.where,
        behind={path.replace("source", "onSuccess", 1): behind[path] for path in behind},
        region=urn.region if urn else known.region,
        project_id=urn.project_id if urn else known.project_id,
    )
    if found.examined.problems:
        raise InvalidInput(_at_trigger(trigger, each) for each in found.examined.problems)
    for edge in found.edges():
        yield Edge(
            edge.target,
            graph_nodes.function(urn) if urn else _unknown_function(behind, trigger),
            Label.TRIGGER,
            resource="Trigger",
            where=trigger.where,
            suffix=trigger.suffix,
        )


def _function_of(trigger: RecordedTrigger, bag: Bag, known: KnownValues) -> FunctionUrn | None:
    text = bag.get(SOURCE)
    if text is UNKNOWN:
        return None
    return FunctionUrn.parse(
        str(text),
        region=known.region,
        project_id=known.project_id,
        path=f"Trigger ({trigger.where}): functionUrn",
    )


def _listening(bag: Bag, trigger: RecordedTrigger) -> object:
    """The source as a target; a bucket with the prefix that the trigger listens to."""
    source = bag.get("source")
    if not isinstance(source, dict) or "bucket" not in source:
        return source
    return {**source, "prefix": trigger.prefix}


def _at_trigger(trigger: RecordedTrigger, problem: Problem) -> Problem:
    path = problem.path.replace("onSuccess", "source", 1)
    return replace(problem, path=f"Trigger ({trigger.where}): {path}")


def _unknown_function(behind: Mapping[str, str], trigger: RecordedTrigger) -> Node:
    identity = behind.get(SOURCE)
    if identity is None:
        return graph_nodes.unknown(NodeKind.FUNCTION, at=f"Trigger ({trigger.where})")
    return graph_nodes.identified(NodeKind.FUNCTION, identity)
