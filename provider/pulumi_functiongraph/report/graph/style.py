"""The style that all drawings of a graph share: which part, which edges stand out, the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from os.path import commonprefix

import msgspec

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.graph import (
    Cycle,
    CycleAnalysis,
    Hop,
    Naming,
    Node,
    NodeKind,
    Picture,
    around,
    cut_to_findings,
    whole,
)
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.property_names import paths_in_snake
from pulumi_functiongraph.core.pulumi_urns import name_in

MOST_EDGES = 400
"""Edges; a larger graph is cut to what was found in it. Mermaid refuses more than 500."""

_LONGEST_LABEL = 60
"""Characters; as many as a function's name may have."""

_BEGINNING = 15
"""Characters of a label that are shown where what follows is the same in others."""


class Mark(StrEnum):
    """Why an edge stands out."""

    CYCLE = "cycle"
    ACKNOWLEDGED = "acknowledged"


class Marks:
    """Which edges and nodes of a drawing stand out."""

    def __init__(self, verdict: CycleAnalysis) -> None:
        self._wrong = _owners(verdict.cycles)
        self._intended = _owners(verdict.acknowledged)
        found = (*verdict.cycles, *verdict.acknowledged)
        self._acknowledged = {edge for cycle in found for edge in cycle.acknowledged}

    def of_hop(self, hop: Hop) -> Mark | None:
        """Whether a cycle runs along an edge."""
        if hop.edge in self._acknowledged or _is_within(self._intended, hop):
            return Mark.ACKNOWLEDGED
        return Mark.CYCLE if _is_within(self._wrong, hop) else None

    def of_node(self, node: Node) -> Mark | None:
        """Whether a node is on a cycle."""
        if node in self._wrong:
            return Mark.CYCLE
        return Mark.ACKNOWLEDGED if node in self._intended else None


class Focus(msgspec.Struct, frozen=True):
    """What alone is drawn of a graph: some nodes and those around them.

    Attributes:
        centres: the nodes.
        depth: edges that are followed from them, in either direction.
    """

    centres: tuple[Node, ...]
    depth: int = 1


def drawn(
    verdict: CycleAnalysis,
    *,
    most: int | None = None,
    whole_up_to: int = MOST_EDGES,
    focus: Focus | None = None,
) -> Picture:
    """All of a graph, what is in focus, or of a large one what was found and one hop around.

    Args:
        verdict: what was found.
        most: edges of the picture of a large graph.
        whole_up_to: edges; a graph with more is large.
        focus: what alone is drawn, at any size.
    """
    if focus is not None:
        return around(verdict.graph, focus.centres, depth=focus.depth)
    if len(verdict.graph.tails) <= whole_up_to:
        return whole(verdict.graph)
    return cut_to_findings(verdict, most=most)


def labels(nodes: Iterable[Node]) -> dict[Node, str]:
    """Short names of the nodes of a drawing, no two of them the same.

    Where short ones are, the full ones are taken. A long one is cut in the middle, and where that
    would cut what tells it from another one, before that.
    """
    names = {node: visible(_name(node)) for node in nodes}
    times = Counter(names.values())
    full = {node: name if times[name] == 1 else visible(node.key) for node, name in names.items()}
    alike: dict[str, list[str]] = {}
    for text in full.values():
        alike.setdefault(_without_middle(text), []).append(text)
    short: dict[str, str] = {}
    for label, group in alike.items():
        shared = len(commonprefix(group))  # noqa: RUF071 - of characters, as they are meant
        short |= {text: label if len(group) == 1 else _from(text, shared) for text in group}
    times = Counter(short.values())
    return {node: short[text] if times[short[text]] == 1 else text for node, text in full.items()}


def _without_middle(text: str) -> str:
    if len(text) <= _LONGEST_LABEL:
        return text
    half = _LONGEST_LABEL // 2
    return f"{text[: half - 1]}…{text[-half:]}"


def _from(text: str, place: int) -> str:
    """The beginning of a text, and what begins at a place."""
    label = f"{text[:_BEGINNING]}…{text[place:]}"
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def left_out(picture: Picture) -> str:
    """How much of a graph is not drawn, empty when all of it is."""
    if not picture.hops_left_out and not picture.nodes_left_out:
        return ""
    nodes = counted(picture.nodes_left_out, "node")
    return f"{nodes} and {counted(picture.hops_left_out, 'edge')} are not drawn"


def shown(focus: Focus | None) -> str:
    """What is drawn where not all of a graph is."""
    if focus is None:
        return "shown are the cycles, what is unknown, and one edge around"
    names = ", ".join(labels(focus.centres).values())
    return f"shown is {names} and what is {counted(focus.depth, 'edge')} around"


def cannot_say(verdict: CycleAnalysis) -> str:
    """Why a drawing may lack a cycle, empty where nothing is unknown."""
    if not verdict.unknowns:
        return ""
    more = "there are more cycles" if verdict.cycles else "there is a cycle"
    unknown = str(verdict.unknowns).partition(": ")[2]
    why = next(iter(verdict.unknowns.missing), unknown)
    return f"cannot say whether {more}: {visible(why)}"


def _owners(cycles: Iterable[Cycle]) -> dict[Node, str]:
    return {node: cycle.id for cycle in cycles for node in cycle.nodes}


def _is_within(owners: dict[Node, str], hop: Hop) -> bool:
    owner = owners.get(hop.source)
    return owner is not None and owner == owners.get(hop.target)


def _name(node: Node) -> str:
    if node.naming is Naming.UNKNOWN:
        return f"unknown: {paths_in_snake(node.name)}"
    name = node.name
    if node.naming is Naming.IDENTIFIED:
        name = name_in(name)
    elif node.kind in {NodeKind.FUNCTION, NodeKind.ALIAS}:
        return FunctionUrn.parse(name).short
    elif node.kind is NodeKind.TOPIC:
        return name.rpartition(":")[2]
    if node.kind is NodeKind.BUCKET:
        return f"{name}/*" if node.prefix is None else f"{name}/{node.prefix}"
    return name
