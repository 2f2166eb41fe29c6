"""The lines of arrows and their tips, as paths in the language of SVG."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from pulumi_functiongraph.report.drawing.outlines import number, pairs
from pulumi_functiongraph.report.layout.boxes import Point

_RADIUS = 6.0
_TIP = 9.0
_HALF_TIP = 4.5


def curve(corners: Sequence[Point]) -> str:
    """A line that goes level through each corner and swings where it changes its height."""
    path = [f"M{pairs(*corners[0])}"]
    for (x, y), (to_x, to_y) in pairwise(corners):
        if abs(to_y - y) < 0.05:  # noqa: PLR2004 - less than is written
            path.append(f"H{number(to_x)}")
        else:
            half = (x + to_x) / 2
            path.append(f"C{pairs(half, y, half, to_y, to_x, to_y)}")
    return "".join(path)


def turning(corners: Sequence[Point]) -> str:
    """A line that turns at each corner, a little rounded."""
    path = [f"M{pairs(*corners[0])}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(_RADIUS, _apart(before, corner) / 2, _apart(corner, after) / 2)
        begin, end = _towards(corner, before, radius), _towards(corner, after, radius)
        path.append(f"L{pairs(*begin)}Q{pairs(*corner, *end)}")
    return f"{''.join(path)}L{pairs(*corners[-1])}"


def tip(end: Point, *, is_open: bool) -> str:
    """A tip that points to the right; an open one is two strokes."""
    x, y = end
    back = x - _TIP
    path = f"M{pairs(back, y - _HALF_TIP, x, y, back, y + _HALF_TIP)}"
    return path if is_open else f"{path}z"


def _apart(one: Point, two: Point) -> float:
    return hypot(two[0] - one[0], two[1] - one[1])


def _towards(begin: Point, end: Point, length: float) -> Point:
    apart = _apart(begin, end) or 1.0
    share = length / apart
    return begin[0] + (end[0] - begin[0]) * share, begin[1] + (end[1] - begin[1]) * share
