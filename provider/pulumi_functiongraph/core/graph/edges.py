"""The edges of the graph: which node passes events on to which, and where that is known from."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from pulumi_functiongraph.core.graph.nodes import Node


class Label(StrEnum):
    """On what occasion an event takes the edge."""

    SUCCESS = "success"
    FAILURE = "failure"
    TRIGGER = "trigger"


class Origin(StrEnum):
    """Where the edge is known from."""

    DECLARED = "declared"
    LIVE = "live"
    REMOVED = "removed"
    """Live, and no longer declared: the engine deletes it last, so it counts until then."""


# In Python 3.11 each look at a member of an enum's class is a call, which large graphs would feel.
DECLARED = Origin.DECLARED
TRIGGER = Label.TRIGGER


class Edge(msgspec.Struct, frozen=True):
    """One edge as it is declared or read, before aliases are resolved; the unit that is cut.

    Attributes:
        source: the function version of the config, or what triggers.
        target: where its results go, or the function that is triggered.
        label: success or failure of the source's config, or a trigger.
        origin: declared by the program, or read from the cloud.
        resource: the declaring resource's logical name, empty when live.
        path: the property path in that resource.
        where: ``file:line`` of the declaration.
        retries: of the source's config; ``None`` when unknown, and of a trigger.
        acknowledged: why a cycle through this edge is intended; empty when it is not.
        suffix: of a bucket's trigger, shown only: how the service names objects is not documented,
            so no suffix rules a cycle out.
        events: of a bucket's trigger, what it listens to, shown only.
    """

    source: Node
    target: Node
    label: Label
    origin: Origin = Origin.DECLARED
    resource: str = ""
    path: str = ""
    where: str = ""
    retries: int | None = None
    acknowledged: str = ""
    suffix: str = ""
    events: tuple[str, ...] = ()

    @property
    def is_declared(self) -> bool:
        """Whether the program declares it."""
        return self.origin is DECLARED

    @property
    def is_config(self) -> bool:
        """Whether it is set by a config, so that changing the config removes it."""
        return self.label is not TRIGGER


class Hop(msgspec.Struct, frozen=True):
    """One step from node to node: an edge with its aliases and prefixes resolved."""

    source: Node
    target: Node
    edge: Edge


def in_order(edges: list[Edge]) -> tuple[Edge, ...]:
    """Each edge once, in an order that does not depend on the order of declaration."""
    return tuple(sorted(dict.fromkeys(edges), key=place))


def place(edge: Edge) -> tuple[str | int, ...]:
    """What edges are sorted by; different edges differ in it."""
    ends = (edge.source.key, edge.target.key, edge.label)
    told = (edge.origin, edge.resource, edge.path, edge.where, edge.acknowledged, edge.suffix)
    return (*ends, *told, " ".join(edge.events), -1 if edge.retries is None else edge.retries)
