"""A graph and what was found in it as JSON; its schema is published as ``graph``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pulumi_functiongraph.core.graph import CycleAnalysis, Node, NodeKind, Unknowns
from pulumi_functiongraph.core.graph.document import (
    GraphDocument,
    GraphLeftOut,
    GraphNode,
    GraphUnknowns,
    GraphUnreadable,
)
from pulumi_functiongraph.core.graph.json_parts import cycle_part, edge_part, hop_part, keys_of
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.graph.style import Focus, Marks, drawn
from pulumi_functiongraph.report.json_text import json_text


def graph_json(
    verdict: CycleAnalysis,
    *,
    notes: Iterable[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> str:
    """The document; a large graph is cut to what was found in it."""
    document = graph_document(verdict, notes=notes, focus=focus, looked_at=looked_at).model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    return json_text(document)


def graph_document(
    verdict: CycleAnalysis,
    *,
    notes: Iterable[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> GraphDocument:
    """The same as a value."""
    marks = Marks(verdict)
    picture = drawn(verdict, focus=focus)
    cycles = (*verdict.cycles, *verdict.acknowledged)
    owner = {node: cycle.id for cycle in cycles for node in cycle.nodes}
    return GraphDocument(
        is_proved_acyclic=verdict.is_proved_acyclic,
        is_complete=not verdict.unknowns.is_unread,
        looked_at=looked_at,
        notes=tuple(map(visible, notes)),
        nodes=tuple(_node(node, cycle=owner.get(node)) for node in picture.nodes),
        edges=tuple(hop_part(hop, mark=marks.of_hop(hop)) for hop in picture.hops),
        cycles=tuple(map(cycle_part, cycles)),
        unknowns=_unknowns(verdict.unknowns),
        left_out=GraphLeftOut(nodes=picture.nodes_left_out, edges=picture.hops_left_out),
    )


def _node(node: Node, *, cycle: str | None) -> GraphNode:
    prefix = (
        None if node.prefix is None or node.kind is not NodeKind.BUCKET else visible(node.prefix)
    )
    return GraphNode(
        key=visible(node.key),
        kind=node.kind,
        name=visible(node.name),
        naming=node.naming,
        prefix=prefix,
        cycle=cycle,
    )


def _unknowns(unknowns: Unknowns) -> GraphUnknowns:
    return GraphUnknowns(
        text=str(unknowns),
        targets=tuple(map(edge_part, unknowns.targets)),
        sources=tuple(map(edge_part, unknowns.sources)),
        unreadable=tuple(
            GraphUnreadable(node=visible(each.node.key), why=visible(each.why))
            for each in unknowns.unreadable
        ),
        aliases=keys_of(unknowns.aliases),
        missing=tuple(map(visible, unknowns.missing)),
    )
