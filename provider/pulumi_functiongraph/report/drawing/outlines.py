"""The outline of each kind of node, as a path in the language of SVG."""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.core.graph import NodeKind


class Rectangle(msgspec.Struct, frozen=True):
    """A rectangle, in points: its upper left corner and its size."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends on the right."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Halfway from the left to the right."""
        return self.left + self.width / 2

    def overlaps(self, other: Rectangle) -> bool:
        """Whether the two have more than an edge in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


_SLANT = 8.0
_LID = 4.0


def number(value: float) -> str:
    """One decimal, so that no machine writes a number differently."""
    return f"{value + 0.0:.1f}".removesuffix(".0")


def pairs(*values: float) -> str:
    """Coordinates as in a path."""
    return " ".join(map(number, values))


def outline(kind: NodeKind, frame: Rectangle) -> str:
    """The path around a frame: straight for what runs, of its own shape for each other kind."""
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    middle = (top + bottom) / 2
    match kind:
        case NodeKind.FUNCTION:
            return _rounded(frame, 4.0)
        case NodeKind.ALIAS:
            corners = (left, middle, left + _SLANT, top, right, top, right, bottom)
            return f"M{pairs(*corners)} {pairs(left + _SLANT, bottom)}z"
        case NodeKind.TOPIC:
            return _rounded(frame, frame.height / 2)
        case NodeKind.BUCKET:
            return _cylinder(frame)
        case NodeKind.STREAM:
            corners = (left + _SLANT, top, right, top, right - _SLANT, bottom, left, bottom)
            return f"M{pairs(*corners)}z"
        case NodeKind.OTHER:
            upper = (left, middle, left + _SLANT, top, right - _SLANT, top, right, middle)
            return f"M{pairs(*upper, right - _SLANT, bottom, left + _SLANT, bottom)}z"


def _rounded(frame: Rectangle, radius: float) -> str:
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    r = min(radius, 14.0)
    arc = f"A{pairs(r, r)} 0 0 1"
    return (
        f"M{pairs(left + r, top)}H{number(right - r)}{arc} {pairs(right, top + r)}"
        f"V{number(bottom - r)}{arc} {pairs(right - r, bottom)}"
        f"H{number(left + r)}{arc} {pairs(left, bottom - r)}"
        f"V{number(top + r)}{arc} {pairs(left + r, top)}z"
    )


def _cylinder(frame: Rectangle) -> str:
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    arc = f"A{pairs(frame.width / 2, _LID)} 0 0"
    lid, floor = top + _LID, bottom - _LID
    return (
        f"M{pairs(left, lid)}{arc} 1 {pairs(right, lid)}V{number(floor)}"
        f"{arc} 1 {pairs(left, floor)}V{number(lid)}{arc} 0 {pairs(right, lid)}"
    )
