"""How far down each item of a layer stands: near what it is joined to, and over no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_functiongraph.report.layout.boxes import Footprint
from pulumi_functiongraph.report.layout.crossings import Neighbours

BETWEEN = 16.0
"""Points between two items of one layer."""

_ROUNDS = 4


def middle_lines(
    columns: Sequence[Sequence[int]],
    prints: Mapping[int, Footprint],
    *,
    left: Neighbours,
    right: Neighbours,
) -> dict[int, float]:
    """Of each item its middle line, in points from the top of the whole."""
    lines: dict[int, float] = {}
    for column in columns:
        lines.update(_settled(column, prints, dict.fromkeys(column, 0.0)))
    both = {item: [*left[item], *right[item]] for item in lines}
    forward, backward = list(columns), list(reversed(columns))
    for _ in range(_ROUNDS):
        for ways, neighbours in ((forward, left), (backward, right), (forward, both)):
            for column in ways:
                wanted = {item: _wanted(item, neighbours, lines) for item in column}
                lines.update(_settled(column, prints, wanted))
    top = min(line - prints[item].above for item, line in lines.items())
    return {item: line - top for item, line in lines.items()}


def _wanted(item: int, neighbours: Neighbours, lines: Mapping[int, float]) -> float:
    around = [lines[each] for each in neighbours[item]]
    return sum(around) / len(around) if around else lines[item]


def _settled(
    column: Sequence[int], prints: Mapping[int, Footprint], wanted: Mapping[int, float]
) -> dict[int, float]:
    """The lines that are nearest to the wanted ones, in order and apart (least squares).

    Items that would stand over each other are joined to a block, which stands at the mean of what
    its items want.
    """
    offsets: list[float] = []
    for place, item in enumerate(column):
        if not place:
            offsets.append(0.0)
            continue
        apart = prints[column[place - 1]].below + BETWEEN + prints[item].above
        offsets.append(offsets[-1] + apart)
    blocks: list[tuple[float, int]] = []
    for item, offset in zip(column, offsets, strict=True):
        total, size = wanted[item] - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / size:
            total, size = total + blocks[-1][0], size + blocks[-1][1]
            blocks.pop()
        blocks.append((total, size))
    bases = [total / size for total, size in blocks for _ in range(size)]
    return {item: base + offset for item, base, offset in zip(column, bases, offsets, strict=True)}
