"""Small graphs for the tests of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from factories import PROJECT, REGION, function_urn
from pulumi_functiongraph.core.graph import (
    Cycle,
    CycleAnalysis,
    Edge,
    Label,
    Node,
    Origin,
    find_cycles,
    nodes,
    overlay,
)


def fn(name: str, *, version: str = "latest") -> Node:
    return nodes.function(function_urn(name, version=version))


def alias(name: str, *, of: str) -> Node:
    return nodes.function(function_urn(of, version=name, is_alias=True))


def topic(name: str) -> Node:
    return nodes.topic(f"urn:smn:{REGION}:{PROJECT}:{name}")


def stream(name: str) -> Node:
    return nodes.stream(name, region=REGION, project_id=PROJECT)


def edge(source: Node | str, target: Node | str, label: Label = Label.SUCCESS, **more: Any) -> Edge:
    """A declared edge; plain names are functions."""
    start = fn(source) if isinstance(source, str) else source
    end = fn(target) if isinstance(target, str) else target
    if label is not Label.TRIGGER:
        more = {"resource": f"notify-{names([start])[0]}", "retries": 1, **more}
    return Edge(start, end, label, **more)


def live(source: Node | str, target: Node | str, label: Label = Label.SUCCESS, **more: Any) -> Edge:
    return edge(source, target, label, **{"origin": Origin.LIVE, "resource": "", **more})


def trigger(source: Node, target: Node | str, **more: Any) -> Edge:
    return edge(source, target, Label.TRIGGER, **more)


def ring(*names: str) -> list[Edge]:
    return [edge(one, two) for one, two in zip(names, (*names[1:], names[0]), strict=True)]


def judge(
    edges: Iterable[Edge],
    *,
    declared: Iterable[Node] = (),
    aliases: Mapping[Node, Sequence[Node]] | None = None,
    unreadable: Mapping[Node, str] | None = None,
) -> CycleAnalysis:
    return find_cycles(
        overlay(edges, declared=declared, aliases=aliases or {}, unreadable=unreadable or {})
    )


def only_cycle(edges: Iterable[Edge], **more: Any) -> Cycle:
    (cycle,) = judge(edges, **more).cycles
    return cycle


def names(nodes_of: Iterable[Node]) -> list[str]:
    """Function names, for short expectations; other nodes by their keys."""
    return [
        node.key.split(":")[-2] if node.key.startswith("urn:fss:") else node.key
        for node in nodes_of
    ]


def way(cycle: Cycle) -> list[str]:
    return names(hop.source for hop in cycle.path)
