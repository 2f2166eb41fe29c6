"""What is laid out: boxes and arrows, by number, and what comes of it."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

Point: TypeAlias = tuple[float, float]
"""From the left and from the top, in points."""

MARGIN = 8.0
"""Points around the whole."""

LABEL_GAP = 6.0
"""Points on either side of a label."""


class Footprint(msgspec.Struct, frozen=True):
    """The room that a box needs, in points.

    Attributes:
        box: the width of the box itself; its middle line is halfway up the box.
        width: of the box with what hangs below it.
        above: from the middle line to the top.
        below: from the middle line to the bottom of what hangs below the box.
    """

    box: float
    width: float
    above: float
    below: float


class Link(msgspec.Struct, frozen=True):
    """One arrow between two boxes, by their numbers, and the width of its label in points."""

    source: int
    target: int
    label: float = 0.0

    @property
    def is_loop(self) -> bool:
        """Whether it leads back to its own box."""
        return self.source == self.target


class Route(msgspec.Struct, frozen=True):
    """The way of one arrow.

    Attributes:
        corners: the points that it goes through, first and last included.
        is_curved: whether it swings from corner to corner, or turns at right angles.
        label: where the label begins, on its line.
    """

    corners: tuple[Point, ...]
    is_curved: bool
    label: Point


class Plan(msgspec.Struct, frozen=True):
    """Everything in its place.

    Attributes:
        width: of the whole, in points.
        height: of the whole, in points.
        places: of each box the left end of its middle line.
        routes: of each arrow, in the order that they were given.
    """

    width: float
    height: float
    places: tuple[Point, ...]
    routes: tuple[Route, ...]
