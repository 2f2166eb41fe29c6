"""Finds what is not known of a graph, so that it cannot be proved acyclic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.graph.edges import Edge, in_order
from pulumi_functiongraph.core.graph.nodes import Naming, Node, NodeKind
from pulumi_functiongraph.core.graph.overlay import Graph

NOT_ASKED = "the functions that it may trigger were not asked (functiongraph:liveGraph = targets)"
"""Why it is not known what a topic, a bucket or a stream triggers, where nobody was to look."""

_HIDDEN = "unknown until apply or secret"


class Unreadable(msgspec.Struct, frozen=True, order=True):
    """A node whose own edges could not be read.

    Attributes:
        node: the function, topic, bucket or stream.
        why: what came back, and the permission that would let us look.
    """

    node: Node
    why: str


class Unknowns(msgspec.Struct, frozen=True):
    """Everything that could still close a cycle; acknowledged edges may, so they are left out.

    Attributes:
        targets: edges whose target is unknown until apply or secret, or whose bucket's prefix is,
            where that decides what is triggered.
        sources: the same for the source.
        unreadable: nodes that events of the program can reach and that could not be read, or of a
            kind that this release does not know.
        aliases: aliases that events of the program can reach and whose version is not known,
            while a version of their function passes events on.
        missing: what was not read at all, and what to do, such as resources that a preview leaves
            out.
    """

    targets: tuple[Edge, ...] = ()
    sources: tuple[Edge, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    aliases: tuple[Node, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything unknown."""
        known = self.targets or self.sources or self.unreadable or self.aliases
        return bool(known or self.missing)

    @property
    def is_unread(self) -> bool:
        """Whether any of it could be known now; the rest is known in the update, or secret.

        It would take a permission, a file, or a service that answers. A secret is never known.
        """
        return bool(self.missing) or self.was_refused or self.was_not_asked

    @property
    def was_refused(self) -> bool:
        """Whether something live was looked at and did not tell, for want of a permission or so."""
        return any(
            each.node.kind is not NodeKind.OTHER and each.why != NOT_ASKED
            for each in self.unreadable
        )

    @property
    def was_not_asked(self) -> bool:
        """Whether something live was not looked at, as the settings say."""
        return any(NOT_ASKED in each.why for each in self.unreadable)

    def __str__(self) -> str:
        """One line, empty when everything is known."""
        parts = (
            (len(self.targets), "target", _HIDDEN),
            (len({edge.source for edge in self.sources}), "source", _HIDDEN),
            (len(self.unreadable), "node", "that could not be read"),
            (len(self.aliases), "alias", "of an unknown version"),
            (len(self.missing), "part", "that was not read"),
        )
        told = [f"{counted(number, noun)} {what}" for number, noun, what in parts if number]
        return f"cannot prove acyclic: {', '.join(told)}" if told else ""


def find_unknowns(graph: Graph, *, missing: tuple[str, ...] = ()) -> Unknowns:
    """What is not known of the graph, beside what was not read at all."""
    nodes = graph.nodes
    kinds = {node.kind for node in nodes}
    is_open = NodeKind.BUCKET in kinds or Naming.UNKNOWN in {node.naming for node in nodes}
    targets, sources = _open_edges(graph) if is_open else ([], [])
    aliases = [node for node in nodes if node.kind is NodeKind.ALIAS]
    # A declared config replaces the live one, so that it does not matter why that was not read.
    unread = {node: why for node, why in graph.unreadable.items() if node.key not in graph.declared}
    odd = (node for node in nodes if node.kind is NodeKind.OTHER and node.naming is Naming.KNOWN)
    unread |= dict.fromkeys(odd, _ODD)
    if not aliases and not unread:
        return Unknowns(in_order(targets), in_order(sources), missing=missing)
    if any(edge.is_declared for edge in graph.edges):
        reached = {nodes[number] for number in _reached(graph)}
    else:
        reached = {*nodes, *unread}  # what is live is judged as it is: events may begin anywhere
    found = (Unreadable(node, why) for node, why in unread.items() if _is_in(graph, node, reached))
    open_aliases = (
        node for node in _leading_on(graph, aliases) if node in reached and node not in unread
    )
    return Unknowns(
        in_order(targets),
        in_order(sources),
        tuple(sorted(found)),
        tuple(sorted(open_aliases)),
        missing,
    )


_ODD = "where a destination of this kind leads is not known to this release"


def _is_in(graph: Graph, node: Node, reached: set[Node]) -> bool:
    """Whether events get to a node; to an alias, by any of its versions."""
    return node in reached or any(each in reached for each in graph.half_read.get(node, ()))


def _open_edges(graph: Graph) -> tuple[list[Edge], list[Edge]]:
    targets, sources = [], []
    buckets: defaultdict[str, tuple[list[Edge], list[Edge]]] = defaultdict(lambda: ([], []))
    for edge in graph.edges:
        if edge.acknowledged:
            continue
        if edge.target.naming is Naming.UNKNOWN:
            targets.append(edge)
        elif edge.target.kind is NodeKind.BUCKET:
            buckets[edge.target.name][0].append(edge)
        if edge.source.naming is Naming.UNKNOWN:
            sources.append(edge)
        elif edge.source.kind is NodeKind.BUCKET:
            buckets[edge.source.name][1].append(edge)
    for written, listening in buckets.values():
        if any(edge.source.prefix != "" for edge in listening):
            targets += [edge for edge in written if edge.target.prefix is None]
        if any(edge.target.prefix != "" for edge in written):
            sources += [edge for edge in listening if edge.source.prefix is None]
    return targets, sources


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


def _leading_on(graph: Graph, aliases: list[Node]) -> Iterator[Node]:
    """The aliases of functions of which some version passes events on."""
    tails = {graph.nodes[tail] for tail in set(graph.tails)}
    functions = {_function(node) for node in tails if node.kind is NodeKind.FUNCTION}
    return (alias for alias in aliases if _function(alias) in functions)


def _function(node: Node) -> str:
    """The function that a version or an alias is of."""
    return node.key.rpartition(":")[0]
