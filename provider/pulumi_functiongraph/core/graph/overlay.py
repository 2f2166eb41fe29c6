"""Lays declared edges over live ones as one graph, with aliases and triggers resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from pulumi_functiongraph.core.graph.edges import DECLARED, TRIGGER, Edge, Hop
from pulumi_functiongraph.core.graph.nodes import Node, NodeKind

_Arc: TypeAlias = tuple[Node, Node, int]
"""The node that it leaves, the one that it enters, and the number of its edge."""

_NO_ALIASES: Mapping[Node, Sequence[Node]] = MappingProxyType({})
_ALL_READ: Mapping[Node, str] = MappingProxyType({})


class Graph(msgspec.Struct, frozen=True):
    """Numbered nodes and arcs; an edge to an alias of two versions is two arcs.

    Attributes:
        nodes: every node once.
        edges: every edge that counts, as it was told.
        tails: by arc, the number of the node that it leaves.
        heads: by arc, the number of the node that it enters.
        owners: by arc, the number of its edge.
        declared: keys of the nodes that the program declares a config of; empty where nothing is
            live, so that it does not matter.
        unreadable: the nodes whose own edges could not be read, and why.
        half_read: by alias that may have further versions, the known ones.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    tails: list[int]
    heads: list[int]
    owners: Sequence[int]
    declared: frozenset[str]
    unreadable: Mapping[Node, str]
    half_read: Mapping[Node, tuple[Node, ...]] = msgspec.field(default_factory=dict)

    def hops(self) -> Iterator[Hop]:
        """The arcs as hops."""
        for tail, head, owner in zip(self.tails, self.heads, self.owners, strict=True):
            yield Hop(self.nodes[tail], self.nodes[head], self.edges[owner])


def overlay(
    edges: Iterable[Edge],
    *,
    declared: Iterable[Node] = (),
    aliases: Mapping[Node, Sequence[Node]] = _NO_ALIASES,
    unreadable: Mapping[Node, str] = _ALL_READ,
) -> Graph:
    """Lay declared and live edges over each other.

    Args:
        edges: in any order; an edge that was told twice counts once. The edges of a declared
            config replace the live ones of the same source; triggers add up.
        declared: sources whose config the program declares; needed for those without a target,
            the sources of declared edges count anyhow.
        aliases: what a node stands for: an alias for its versions (those that get any traffic),
            an identified resource for the function that it turned out to be.
        unreadable: nodes whose live config, subscriptions or triggers could not be read, and why,
            such as the permission that is missing.
    """
    told = tuple(edges)
    meanings = _meanings(aliases)
    sources: set[str] = set()
    if unreadable or any(edge.origin is not DECLARED for edge in told):
        sources = _sources(told, declared, meanings)
        told = tuple(edge for edge in told if not _is_replaced(edge, sources, meanings))
    arcs = list(_arcs(told, meanings))
    found: dict[str, Node] = {}
    for source, target, _ in arcs:
        found.setdefault(source.key, source)
        found.setdefault(target.key, target)
    number_of = {key: number for number, key in enumerate(found)}
    return Graph(
        tuple(found.values()),
        told,
        [number_of[source.key] for source, _, _ in arcs],
        [number_of[target.key] for _, target, _ in arcs],
        [number for _, _, number in arcs],
        frozenset(sources),
        {
            meant: why
            for node, why in unreadable.items()
            for meant in ((node,) if node.kind is NodeKind.ALIAS else _resolve(node, meanings))
        },
        {
            node: known
            for node in unreadable
            if node.kind is NodeKind.ALIAS and (known := meanings.get(node.key))
        },
    )


def _arcs(edges: Sequence[Edge], meanings: Mapping[str, tuple[Node, ...]]) -> Iterator[_Arc]:
    """Each edge between what its ends stand for; the triggers of buckets by what can fire them."""
    of_buckets = [
        (number, edge)
        for number, edge in enumerate(edges)
        if edge.label is TRIGGER and edge.source.kind is NodeKind.BUCKET
    ]
    if not meanings and not of_buckets:
        yield from ((edge.source, edge.target, number) for number, edge in enumerate(edges))
        return
    left_out = {number for number, _ in of_buckets}
    written: dict[Node, None] = {}
    for number, edge in enumerate(edges):
        if number not in left_out:
            for target in _resolve(edge.target, meanings):
                if target.kind is NodeKind.BUCKET:
                    written[target] = None
                for source in _resolve(edge.source, meanings):
                    yield source, target, number
    for number, edge in of_buckets:
        for source in _fired_by(edge, written):
            for target in _resolve(edge.target, meanings):
                yield source, target, number


def _fired_by(trigger: Edge, written: Iterable[Node]) -> Iterator[Node]:
    """The prefixes of a bucket that edges write to and that a trigger can listen to, else its own.

    Two unknown prefixes of one bucket have one node, and still nothing is known to flow.
    """
    own = trigger.source
    of_bucket = [node for node in written if node.name == own.name]
    firing = [node for node in of_bucket if _can_fire(node.prefix, own.prefix)]
    yield from firing
    if not firing and own not in of_bucket:
        yield own


def _can_fire(written: str | None, listened_to: str | None) -> bool:
    """Whether an object that is written under a prefix can fire a trigger on a prefix.

    The service writes an object whose key starts with the target's prefix; the rest of the key is
    not documented. So the two meet when one prefix starts with the other. An unknown prefix,
    ``None``, meets for certain only the whole bucket.
    """
    if written is None or listened_to is None:
        return "" in {written, listened_to}
    return written.startswith(listened_to) or listened_to.startswith(written)


def _meanings(aliases: Mapping[Node, Sequence[Node]]) -> dict[str, tuple[Node, ...]]:
    """By key, the nodes that a node stands for in the end, in whatever number of steps."""
    steps = {node.key: tuple(found) for node, found in aliases.items()}
    return {key: _ends(key, steps) for key in steps}


def _ends(key: str, steps: Mapping[str, tuple[Node, ...]]) -> tuple[Node, ...]:
    ends: dict[str, Node] = {}
    seen = {key}
    waiting = list(steps[key])
    while waiting:
        node = waiting.pop()
        if node.key not in steps:
            ends[node.key] = node
        elif node.key not in seen:
            seen.add(node.key)
            waiting.extend(steps[node.key])
    return tuple(sorted(ends.values()))


def _resolve(node: Node, meanings: Mapping[str, tuple[Node, ...]]) -> tuple[Node, ...]:
    """What a node stands for; itself where nothing is known of it."""
    return meanings.get(node.key) or (node,)


def _sources(
    told: Iterable[Edge], declared: Iterable[Node], meanings: Mapping[str, tuple[Node, ...]]
) -> set[str]:
    """Keys of the nodes that the program declares a config of."""
    named = [edge.source for edge in told if edge.is_declared and edge.is_config]
    return {found.key for node in (*named, *declared) for found in _resolve(node, meanings)}


def _is_replaced(edge: Edge, sources: set[str], meanings: Mapping[str, tuple[Node, ...]]) -> bool:
    """Whether a declared config replaces the live one that the edge is of."""
    if edge.is_declared or not edge.is_config:
        return False
    return all(found.key in sources for found in _resolve(edge.source, meanings))
