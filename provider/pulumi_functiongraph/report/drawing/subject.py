"""What is to be drawn: vertices and arrows, as a report names and styles them."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from pulumi_functiongraph.core.graph import NodeKind


class Weight(IntEnum):
    """What is drawn first; the lowest one is."""

    CYCLE = 0
    STANDS_OUT = 1
    PLAIN = 2


class Vertex(msgspec.Struct, frozen=True):
    """One node.

    Attributes:
        key: what arrows name it by.
        kind: its shape.
        label: what a person reads.
        title: its full name, for those who point at it.
        style: names of classes, such as ``cycle`` or ``unknown``.
    """

    key: str
    kind: NodeKind
    label: str
    title: str
    style: str = ""

    @property
    def is_code(self) -> bool:
        """Whether it runs, and so may notify in turn."""
        return self.kind in {NodeKind.FUNCTION, NodeKind.ALIAS}


class Arrow(msgspec.Struct, frozen=True):
    """One edge.

    Attributes:
        source: key of the vertex where it begins.
        target: key of the vertex where it ends.
        label: what stands beside it.
        style: names of classes: the occasion, and how it stands out.
        title: all of it in a line, for those who point at it.
        weight: whether it is drawn first.
    """

    source: str
    target: str
    label: str
    style: str
    title: str
    weight: Weight = Weight.PLAIN
