"""How far down everything is: the bands, the ways between them, the boxes and their ports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from pulumi_functiongraph.report.layout.arrangement import LOOP, Arrangement
from pulumi_functiongraph.report.layout.boxes import MARGIN

_TRACK = 10.0
_BESIDE = 14.0
"""Points between a band and the first way along it."""


class Rows(msgspec.Struct, frozen=True):
    """Heights, in points from the top.

    Attributes:
        lines: of each box its middle line.
        below: of each detour, by its number, the way below the band that it comes from.
        above: of each far detour the way above the band that it leads to.
        leaves: of each arrow where it leaves its box.
        arrives: of each arrow where it arrives.
        height: of the whole.
    """

    lines: tuple[float, ...]
    below: dict[int, float]
    above: dict[int, float]
    leaves: tuple[float, ...]
    arrives: tuple[float, ...]
    height: float


def rows(plan: Arrangement) -> Rows:
    """Stack the bands, each with the ways above and below it."""
    below: dict[int, float] = {}
    above: dict[int, float] = {}
    tops: list[float] = []
    y = MARGIN
    for row, each in enumerate(plan.bands):
        arriving = [
            at for at in plan.detours if plan.is_far(at) and _row_of_target(plan, at) == row
        ]
        for number in arriving:
            above[number] = y
            y += _TRACK
        tops.append(y + _BESIDE * bool(arriving))
        y = tops[-1] + each.height
        leaving = [at for at in _along(plan) if plan.rows[plan.links[at].source] == row]
        for place, number in enumerate(sorted(leaving, key=lambda at: _span(plan, at))):
            below[number] = y + _BESIDE + place * _TRACK
        y += (_BESIDE + len(leaving) * _TRACK) * bool(leaving)
        y += _BESIDE * (row + 1 < len(plan.bands))
    lines = tuple(tops[row] + plan.bands[row].lines[box] for box, row in enumerate(plan.rows))
    below.update(_loops(plan, lines))
    leaves, arrives = _ports(plan, lines)
    return Rows(lines, below, above, leaves, arrives, y + MARGIN)


def _along(plan: Arrangement) -> Iterator[int]:
    return (at for at in plan.detours if not plan.links[at].is_loop)


def _loops(plan: Arrangement, lines: Sequence[float]) -> dict[int, float]:
    """Of each arrow back to its own box the way below that box."""
    found: dict[int, float] = {}
    taken: Counter[int] = Counter()
    for number, link in enumerate(plan.links):
        if link.is_loop:
            bottom = lines[link.source] + plan.prints[link.source].below
            found[number] = bottom - LOOP * taken[link.source]
            taken[link.source] += 1
    return found


def _row_of_target(plan: Arrangement, number: int) -> int:
    return plan.rows[plan.links[number].target]


def _span(plan: Arrangement, number: int) -> tuple[int, int]:
    """Short ways run next to the boxes, so that longer ones go around them."""
    link = plan.links[number]
    return abs(plan.ranks[link.source] - plan.ranks[link.target]), number


def _ports(
    plan: Arrangement, lines: Sequence[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where arrows leave and arrive: side by side, in the order of what is at their other ends."""
    sources = [link.source for link in plan.links]
    targets = [link.target for link in plan.links]
    return (
        tuple(_side(plan, lines, own=sources, others=targets)),
        tuple(_side(plan, lines, own=targets, others=sources)),
    )


def _side(
    plan: Arrangement, lines: Sequence[float], *, own: Sequence[int], others: Sequence[int]
) -> list[float]:
    """Of each arrow where it stands on that side of its own box."""
    at_box: dict[int, list[tuple[bool, float, int]]] = {}
    for number, (box, other) in enumerate(zip(own, others, strict=True)):
        order = (number not in plan.straight, lines[other], number)
        at_box.setdefault(box, []).append(order)
    found = [0.0] * len(plan.links)
    for box, held in at_box.items():
        above = plan.prints[box].above
        for place, (*_, number) in enumerate(sorted(held)):
            found[number] = lines[box] - above + 2 * above * (place + 0.5) / len(held)
    return found
