"""What is not known of a graph, so that it cannot be proved acyclic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pulumi_functiongraph.core.graph.edges import Edge, in_order
from pulumi_functiongraph.core.graph.nodes import Kind, Naming, Node
from pulumi_functiongraph.core.graph.overlay import Graph


@dataclass(frozen=True, slots=True, order=True)
class Unreadable:
    """A node whose own edges could not be read.

    Attributes:
        node: the function, topic, bucket or stream.
        why: what came back, and the permission that would let us look.
    """

    node: Node
    why: str


@dataclass(frozen=True, slots=True)
class Unknowns:
    """Everything that could still close a cycle; acknowledged edges may, so they are left out.

    Attributes:
        targets: edges whose target is unknown until apply, or whose bucket's prefix is, where
            that decides what is triggered.
        sources: the same for the source.
        unreadable: nodes that events of the program can reach and that could not be read.
        aliases: aliases that events of the program can reach and whose version is not known,
            while a version of their function passes events on.
    """

    targets: tuple[Edge, ...] = ()
    sources: tuple[Edge, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    aliases: tuple[Node, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything unknown."""
        return bool(self.targets or self.sources or self.unreadable or self.aliases)

    def __str__(self) -> str:
        """One line, empty when everything is known."""
        counted = (
            (len(self.targets), "target", "unknown until apply"),
            (len({edge.source for edge in self.sources}), "source", "unknown until apply"),
            (len(self.unreadable), "node", "that could not be read"),
            (len(self.aliases), "alias", "of an unknown version"),
        )
        told = [f"{_plural(count, noun)} {what}" for count, noun, what in counted if count]
        return f"cannot prove acyclic: {', '.join(told)}" if told else ""


def find_unknowns(graph: Graph) -> Unknowns:
    """What is not known of the graph."""
    nodes = graph.nodes
    kinds = {node.kind for node in nodes}
    is_open = Kind.BUCKET in kinds or Naming.UNKNOWN in {node.naming for node in nodes}
    targets, sources = _open_edges(graph) if is_open else ([], [])
    aliases: list[int] = []
    if Kind.ALIAS in kinds:
        aliases = [number for number, node in enumerate(nodes) if node.kind is Kind.ALIAS]
    if not graph.unreadable and not aliases:
        return Unknowns(in_order(targets), in_order(sources))
    reached = {graph.nodes[number] for number in _reached(graph)}
    unread = {node: why for node, why in graph.unreadable.items() if _is_open(graph, node)}
    return Unknowns(
        in_order(targets),
        in_order(sources),
        tuple(sorted(Unreadable(node, why) for node, why in unread.items() if node in reached)),
        tuple(
            sorted(
                graph.nodes[number]
                for number in _leading_on(graph, aliases)
                if graph.nodes[number] in reached and graph.nodes[number] not in unread
            )
        ),
    )


def _open_edges(graph: Graph) -> tuple[list[Edge], list[Edge]]:
    targets, sources = [], []
    buckets: defaultdict[str, tuple[list[Edge], list[Edge]]] = defaultdict(lambda: ([], []))
    for edge in graph.edges:
        if edge.acknowledged:
            continue
        if edge.target.naming is Naming.UNKNOWN:
            targets.append(edge)
        elif edge.target.kind is Kind.BUCKET:
            buckets[edge.target.name][0].append(edge)
        if edge.source.naming is Naming.UNKNOWN:
            sources.append(edge)
        elif edge.source.kind is Kind.BUCKET:
            buckets[edge.source.name][1].append(edge)
    for written, listening in buckets.values():
        if any(edge.source.prefix != "" for edge in listening):
            targets += [edge for edge in written if edge.target.prefix is None]
        if any(edge.target.prefix != "" for edge in written):
            sources += [edge for edge in listening if edge.source.prefix is None]
    return targets, sources


def _is_open(graph: Graph, node: Node) -> bool:
    """Whether what could not be read matters: a declared config replaces the live one."""
    return node.key not in graph.declared


def _reached(graph: Graph) -> set[int]:
    """The nodes that events of declared edges can get to, by edges that are not acknowledged."""
    leaving: defaultdict[int, list[int]] = defaultdict(list)
    waiting = []
    for tail, head, owner in zip(graph.tails, graph.heads, graph.owners, strict=True):
        edge = graph.edges[owner]
        if not edge.acknowledged:
            leaving[tail].append(head)
            if edge.is_declared:
                waiting.append(head)
    seen = set(waiting)
    while waiting:
        for head in leaving[waiting.pop()]:
            if head not in seen:
                seen.add(head)
                waiting.append(head)
    return seen


def _leading_on(graph: Graph, aliases: list[int]) -> Iterator[int]:
    """The aliases of functions of which some version passes events on."""
    tails = {graph.nodes[tail] for tail in set(graph.tails)}
    functions = {_function(node) for node in tails if node.kind is Kind.FUNCTION}
    return (number for number in aliases if _function(graph.nodes[number]) in functions)


def _function(node: Node) -> str:
    """The function that a version or an alias is of."""
    return node.key.rpartition(":")[0]


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun == 'alias' else 's'}"
