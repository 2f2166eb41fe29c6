"""Takes a graph apart: what hangs below its source, what arrows join, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from pulumi_functiongraph.report.drawing.cells import Cell, cell
from pulumi_functiongraph.report.drawing.subject import Arrow, Vertex, Weight
from pulumi_functiongraph.report.layout.arrangement import arrangement
from pulumi_functiongraph.report.layout.boxes import Link

SHARED = 4
"""Sources; a target of as many is drawn at each of them, so that it does not pull them together."""

MANY = 16
"""Targets; a source of as many has all of them below it, so that its box is no taller than them."""

_MOST_DETOURS = 12
_MOST_ROUNDS = 3


class ConnectedPart(msgspec.Struct, frozen=True):
    """Cells that arrows join, and the arrows between them, by the places of their cells."""

    cells: tuple[Cell, ...]
    arrows: tuple[Arrow, ...]
    links: tuple[Link, ...]

    @property
    def order(self) -> tuple[int, int, str]:
        """Cycles first, then what stands out, then what is large."""
        every = (*self.arrows, *(leaf.arrow for each in self.cells for leaf in each.leaves))
        weight = min((arrow.weight for arrow in every), default=Weight.PLAIN)
        return weight, -len(self.cells), self.cells[0].vertex.label


def parts(
    vertices: Sequence[Vertex],
    arrows: Sequence[Arrow],
    *,
    widest: float,
    beside: Mapping[Arrow, float],
) -> list[ConnectedPart]:
    """The parts of a graph, in the order in which they are drawn.

    In a part where many arrows would run around the boxes, most of those are cut: each ends at a
    leaf that names the box it leads to.

    Args:
        vertices: the nodes.
        arrows: the edges, each between two of the nodes.
        widest: points that a part may be wide.
        beside: of each arrow the width of its label, in points.
    """
    hanging = _hanging(vertices, arrows)
    found: list[ConnectedPart] = []
    for _ in range(_MOST_ROUNDS):
        found = list(_joined(vertices, arrows, hanging, beside))
        cut = {arrow for part in found for arrow in _tangled(part, widest=widest)}
        if not cut:
            break
        hanging |= cut
    return sorted(found, key=lambda part: part.order)


def _hanging(vertices: Iterable[Vertex], arrows: Sequence[Arrow]) -> set[Arrow]:
    """The arrows whose targets hang below their sources.

    A target that runs code, or passes events on, has a box of its own; one that many notify, or
    that is one of many, hangs below its sources as well. Arrows join what is on a shown cycle.
    """
    by_key = {vertex.key: vertex for vertex in vertices}
    passes_on = {arrow.source for arrow in arrows}
    ends = {(each.source, each.target) for each in arrows}
    sources, targets = Counter(end for _, end in ends), Counter(start for start, _ in ends)
    return {
        arrow
        for arrow in arrows
        if arrow.weight is not Weight.CYCLE
        and arrow.source != arrow.target
        and (
            sources[arrow.target] >= SHARED
            or targets[arrow.source] >= MANY
            or not (by_key[arrow.target].is_code or arrow.target in passes_on)
        )
    }


def _joined(
    vertices: Sequence[Vertex],
    arrows: Sequence[Arrow],
    hanging: set[Arrow],
    beside: Mapping[Arrow, float],
) -> Iterator[ConnectedPart]:
    """The connected parts, in the order of their first vertices."""
    by_key = {vertex.key: vertex for vertex in vertices}
    drawn = [arrow for arrow in arrows if arrow not in hanging]
    leaves: dict[str, list[tuple[Arrow, Vertex]]] = {key: [] for key in by_key}
    around: dict[str, list[str]] = {key: [] for key in by_key}
    for arrow in arrows:
        if arrow in hanging:
            leaves[arrow.source].append((arrow, by_key[arrow.target]))
    for arrow in drawn:
        around[arrow.source].append(arrow.target)
        around[arrow.target].append(arrow.source)
    leaving, arriving = (
        Counter(arrow.source for arrow in drawn),
        Counter(arrow.target for arrow in drawn),
    )
    only_leaves = {arrow.target for arrow in hanging} - {arrow.source for arrow in arrows}
    is_placed: set[str] = set()
    for first in by_key:
        if first in is_placed or (first in only_leaves and not around[first]):
            continue
        keys = _reached(first, around)
        is_placed |= keys
        members = [key for key in by_key if key in keys]
        place = {key: number for number, key in enumerate(members)}
        inside = tuple(arrow for arrow in drawn if arrow.source in keys)
        yield ConnectedPart(
            tuple(
                cell(by_key[key], leaves[key], leaving=leaving[key], arriving=arriving[key])
                for key in members
            ),
            inside,
            tuple(Link(place[each.source], place[each.target], beside[each]) for each in inside),
        )


def _reached(first: str, around: Mapping[str, Sequence[str]]) -> set[str]:
    found, waiting = {first}, [first]
    while waiting:
        new = set(around[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def _tangled(part: ConnectedPart, *, widest: float) -> Iterator[Arrow]:
    """The arrows that would run around boxes where too many do; those of cycles stay longest."""
    arranged = arrangement([each.footprint for each in part.cells], part.links, widest=widest)
    detours = [at for at in arranged.detours if not part.links[at].is_loop]
    detours.sort(key=lambda at: (part.arrows[at].weight, arranged.is_far(at), at))
    return (part.arrows[at] for at in detours[_MOST_DETOURS:])
