"""The walk over what is deployed, from each target on; every function is asked once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.errors import CloudError
from pulumi_functiongraph.core.functions import Alias
from pulumi_functiongraph.core.graph import nodes
from pulumi_functiongraph.core.graph.edges import Edge, Label, Origin
from pulumi_functiongraph.core.graph.nodes import Naming, Node, NodeKind
from pulumi_functiongraph.core.graph.notifications import live_edges
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.read_permissions import NEEDED, Fact, unread
from pulumi_functiongraph.core.triggers import FunctionTrigger, Publication, Unfollowed, Way
from pulumi_functiongraph.operations.scheduler import Scheduler


class LiveNotifications(Protocol):
    """What a walk asks a cloud."""

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none."""

    def list_aliases(self, function_urn: FunctionUrn) -> Sequence[Alias]:
        """The aliases of a function."""

    def triggered_by(self, source: Node) -> Sequence[Way]:
        """What a topic, bucket or stream leads on to."""


class Live(msgspec.Struct, frozen=True):
    """What a walk found.

    Attributes:
        edges: the live edges of every node reached.
        aliases: by alias reached, the versions that get its traffic.
        unreadable: the nodes that could not be read, or not as a whole, and why.
        asked: the nodes that were asked about, whatever the answer was.
    """

    edges: tuple[Edge, ...] = ()
    aliases: Mapping[Node, tuple[Node, ...]] = msgspec.field(default_factory=dict)
    unreadable: Mapping[Node, str] = msgspec.field(default_factory=dict)
    asked: frozenset[Node] = frozenset()

    @property
    def left(self) -> Iterator[Node]:
        """The nodes that there was no time to ask about."""
        return (node for node in self.unreadable if node not in self.asked)

    def shows_the_same(self, other: Live) -> bool:
        """Whether another walk found the same, whichever nodes it asked about."""
        return self is other or (self.edges, self.aliases, self.unreadable) == (
            other.edges,
            other.aliases,
            other.unreadable,
        )


_NOTHING = Live()


class _NextEdges(msgspec.Struct, frozen=True):
    edges: tuple[Edge, ...] = ()
    versions: tuple[Node, ...] = ()
    unread: str = ""


def walk(
    source: LiveNotifications,
    start: Iterable[Node],
    *,
    deadline: float,
    clock: Callable[[], float],
    skip: Collection[Node] = (),
    known: Live = _NOTHING,
) -> Live:
    """Follow live edges from the given nodes on, for as long as there are new ones.

    Args:
        source: the cloud.
        start: where to begin; nodes without a known name are passed over.
        deadline: a time of the clock; what is not read by then is unreadable.
        clock: seconds from any fixed point, never going back.
        skip: nodes whose live config does not count, because a declared one replaces it.
        known: what an earlier walk found; it is part of the result, and not asked for again.
    """
    asked = {*skip, *known.asked}
    found: dict[Node, _NextEdges] = {}

    def new(reached: Iterable[Node]) -> Iterator[Node]:
        for node in reached:
            if can_be_read(node) and node not in asked:
                asked.add(node)
                yield node

    with Scheduler(partial(_read, source)) as scheduler:
        scheduler.add(new((*known.left, *start)))
        for node, read in scheduler.ended(deadline=deadline, clock=clock):
            found[node] = read
            scheduler.add(new(_following(read)))
    failed = {node: why for node, why in known.unreadable.items() if node in known.asked}
    late = asked.difference(skip, known.asked, found)
    half_read = {node: each.unread for node, each in found.items() if each.unread}
    out_of_time = dict.fromkeys(late, "not read before the deadline")
    versions = {node: each.versions for node, each in found.items() if each.versions}
    return Live(
        (*known.edges, *(edge for node in sorted(found) for edge in found[node].edges)),
        dict(sorted({**known.aliases, **versions}.items())),
        dict(sorted({**failed, **half_read, **out_of_time}.items())),
        known.asked.union(found),
    )


def without(
    live: Live, *, replaced: Collection[FunctionUrn], removed: Collection[FunctionUrn]
) -> Live:
    """The live graph as an update will find it.

    Args:
        live: what a walk found.
        replaced: function versions whose config is deleted before its successor is created.
        removed: function versions whose config is deleted last; their edges are marked so.
    """
    gone = {str(urn) for urn in replaced}
    going = {str(urn) for urn in removed}
    edges = (edge for edge in live.edges if not (edge.is_config and edge.source.key in gone))
    marked = (
        replace(edge, origin=Origin.REMOVED)
        if edge.is_config and edge.source.key in going
        else edge
        for edge in edges
    )
    return replace(live, edges=tuple(marked))


def can_be_read(node: Node) -> bool:
    """Whether a cloud can be asked about a node: its name is known, and so is its kind."""
    return node.naming is Naming.KNOWN and node.kind is not NodeKind.OTHER


def _read(source: LiveNotifications, node: Node) -> _NextEdges:
    """What one node leads to, or why that is not known."""
    try:
        return _found(source, node)
    except CloudError as error:
        return _NextEdges(unread=unread(error, _PERMISSIONS.get(node.kind, NEEDED[Fact.TRIGGERS])))


def _found(source: LiveNotifications, node: Node) -> _NextEdges:
    if node.kind is NodeKind.FUNCTION:
        live = source.get_async_config(FunctionUrn.parse(node.key))
        return _NextEdges() if live is None else _NextEdges(tuple(live_edges(live.config)))
    if node.kind is NodeKind.ALIAS:
        urn = FunctionUrn.parse(node.key)
        same = [alias for alias in source.list_aliases(urn) if alias.urn == urn]
        versions = tuple(nodes.function(each) for alias in same for each in alias.versions)
        return _NextEdges(
            versions=versions, unread="; ".join(filter(None, (a.unread for a in same)))
        )
    ways = source.triggered_by(node)
    unknown = dict.fromkeys(each.what for each in ways if isinstance(each, Unfollowed))
    known = (each for each in ways if not isinstance(each, Unfollowed))
    return _NextEdges(tuple(map(trigger_edge, known)), unread="; ".join(unknown))


def trigger_edge(way: FunctionTrigger | Publication, *, origin: Origin = Origin.LIVE) -> Edge:
    """The edge of a trigger, or of a bucket's publications, whose names are known."""
    if isinstance(way, Publication):
        source = nodes.bucket(way.source.bucket, prefix=way.source.prefix)
        target = nodes.topic(way.topic.topic_urn)
    else:
        urn = way.function_urn
        source = nodes.of_target(way.source, region=urn.region, project_id=urn.project_id)
        target = nodes.function(urn)
    return Edge(source, target, Label.TRIGGER, origin, suffix=way.suffix, events=way.events)


def _following(found: _NextEdges) -> Iterator[Node]:
    yield from found.versions
    yield from (edge.target for edge in found.edges)


_PERMISSIONS = {
    NodeKind.FUNCTION: NEEDED[Fact.FUNCTION],
    NodeKind.ALIAS: NEEDED[Fact.ALIASES],
    NodeKind.TOPIC: NEEDED[Fact.TOPIC],
}
"""By kind of node; buckets and streams take the triggers of a whole project."""
