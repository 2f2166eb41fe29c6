"""A graph and what was found in it as JSON; its schema is published as ``graph``."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pulumi_functiongraph.core.graph import Cycle, Edge, Hop, Kind, Node, Unknowns, Verdict
from pulumi_functiongraph.core.graph_document import (
    GraphCost,
    GraphCut,
    GraphCycle,
    GraphDocument,
    GraphEdge,
    GraphLeftOut,
    GraphNode,
    GraphUnknowns,
    GraphUnreadable,
)
from pulumi_functiongraph.report.graph_marks import Mark, Marks, drawn, printable


def graph_json(verdict: Verdict, *, notes: Iterable[str] = ()) -> str:
    """The document; a large graph is cut to what was found in it.

    Args:
        verdict: what was found.
        notes: what limits the result.
    """
    document = graph_document(verdict, notes=notes).model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def graph_document(verdict: Verdict, *, notes: Iterable[str] = ()) -> GraphDocument:
    """The same as a value."""
    marks = Marks(verdict)
    picture = drawn(verdict)
    cycles = (*verdict.cycles, *verdict.acknowledged)
    owner = {node: cycle.id for cycle in cycles for node in cycle.nodes}
    return GraphDocument(
        is_proved_acyclic=verdict.is_proved_acyclic,
        notes=tuple(map(printable, notes)),
        nodes=tuple(_node(node, cycle=owner.get(node)) for node in picture.nodes),
        edges=tuple(_hop(hop, mark=marks.of_hop(hop)) for hop in picture.hops),
        cycles=tuple(map(_cycle, cycles)),
        unknowns=_unknowns(verdict.unknowns),
        left_out=GraphLeftOut(nodes=picture.nodes_left_out, edges=picture.hops_left_out),
    )


def _node(node: Node, *, cycle: str | None) -> GraphNode:
    prefix = None if node.prefix is None or node.kind is not Kind.BUCKET else printable(node.prefix)
    return GraphNode(
        key=printable(node.key),
        kind=node.kind,
        name=printable(node.name),
        naming=node.naming,
        prefix=prefix,
        cycle=cycle,
    )


def _hop(hop: Hop, *, mark: Mark | None = None) -> GraphEdge:
    """An edge with its aliases and prefixes resolved."""
    return _between(hop.source, hop.target, edge=hop.edge, mark=mark)


def _edge(edge: Edge) -> GraphEdge:
    """An edge as it was told."""
    return _between(edge.source, edge.target, edge=edge)


def _between(source: Node, target: Node, *, edge: Edge, mark: Mark | None = None) -> GraphEdge:
    return GraphEdge(
        source=printable(source.key),
        target=printable(target.key),
        label=edge.label,
        origin=edge.origin,
        resource=printable(edge.resource),
        path=edge.path,
        where=printable(edge.where),
        retries=edge.retries,
        acknowledged=printable(edge.acknowledged),
        suffix=printable(edge.suffix),
        on_cycle=mark,
    )


def _cycle(cycle: Cycle) -> GraphCycle:
    cut = cycle.cut and GraphCut(
        edges=tuple(map(_edge, cycle.cut.edges)), is_smallest=cycle.cut.is_smallest
    )
    return GraphCycle(
        id=cycle.id,
        is_acknowledged=cycle.is_acknowledged,
        is_declared=cycle.is_declared,
        path=tuple(map(_hop, cycle.path)),
        nodes=_keys(cycle.nodes),
        breaks=cycle.breaks and _edge(cycle.breaks),
        breaks_all=cycle.breaks_all,
        cut=cut,
        cost=GraphCost(
            fewest=cycle.cost.fewest,
            most=cycle.cost.most,
            forks=_keys(cycle.cost.forks),
            text=printable(str(cycle.cost)),
        ),
        acknowledged=tuple(map(_edge, cycle.acknowledged)),
        to_remove_first=tuple(map(_edge, cycle.to_remove_first)),
    )


def _unknowns(unknowns: Unknowns) -> GraphUnknowns:
    return GraphUnknowns(
        text=str(unknowns),
        targets=tuple(map(_edge, unknowns.targets)),
        sources=tuple(map(_edge, unknowns.sources)),
        unreadable=tuple(
            GraphUnreadable(node=printable(each.node.key), why=printable(each.why))
            for each in unknowns.unreadable
        ),
        aliases=_keys(unknowns.aliases),
    )


def _keys(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(printable(node.key) for node in nodes)
