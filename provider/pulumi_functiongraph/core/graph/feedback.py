"""Smallest feedback sets: the fewest vertices of a small directed graph that hit every cycle.

A branch-and-bound search over bit masks, deepened one vertex at a time: a vertex with a loop must
go; one that only a single other leads to, or that leads to a single other, is bypassed; and each
remaining vertex is either taken out or kept for good, which joins its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def smallest_feedback_set(successors: Sequence[int]) -> tuple[int, ...]:
    """The vertices of one smallest set, in order.

    Args:
        successors: by vertex, the bit mask of the vertices that it leads to. The search is meant
            for 30 vertices; its time can double with each further one.
    """
    whole = _Rest.of(successors)
    budget = 0
    while (taken := _search(whole.copy(), budget)) is None:
        budget += 1
    return tuple(_bits(taken))


class _Rest:
    """What is left of the graph during the search."""

    __slots__ = ("alive", "into", "out")

    def __init__(self, out: list[int], into: list[int], alive: int) -> None:
        self.out = out
        self.into = into
        self.alive = alive

    @classmethod
    def of(cls, successors: Sequence[int]) -> _Rest:
        into = [0] * len(successors)
        for vertex, mask in enumerate(successors):
            for other in _bits(mask):
                into[other] |= 1 << vertex
        return cls(list(successors), into, (1 << len(successors)) - 1)

    def copy(self) -> _Rest:
        return _Rest(self.out.copy(), self.into.copy(), self.alive)

    def remove(self, vertex: int) -> None:
        keep = ~(1 << vertex)
        for other in _bits(self.into[vertex]):
            self.out[other] &= keep
        for other in _bits(self.out[vertex]):
            self.into[other] &= keep
        self.out[vertex] = self.into[vertex] = 0
        self.alive &= keep

    def bypass(self, vertex: int) -> None:
        """Take a vertex out that is kept: each of its cycles goes on without it."""
        before, after = self.into[vertex], self.out[vertex]
        self.remove(vertex)
        for other in _bits(before):
            self.out[other] |= after
        for other in _bits(after):
            self.into[other] |= before


def _search(rest: _Rest, budget: int) -> int | None:
    """The mask of a feedback set of at most ``budget`` vertices, ``None`` when there is none."""
    forced = _reduce(rest, budget)
    if forced is None or not rest.alive:
        return forced
    left = budget - forced.bit_count()
    if _disjoint_cycles(rest, most=left + 1) > left:
        return None
    vertex = max(
        _bits(rest.alive), key=lambda v: rest.out[v].bit_count() * rest.into[v].bit_count()
    )
    without = rest.copy()
    without.remove(vertex)
    found = _search(without, left - 1)
    if found is not None:
        return forced | found | 1 << vertex
    rest.bypass(vertex)
    found = _search(rest, left)
    return None if found is None else forced | found


def _reduce(rest: _Rest, budget: int) -> int | None:
    """Settle every vertex whose case is clear; the mask of those taken, ``None`` if too many."""
    taken = 0
    waiting = rest.alive
    while waiting:
        vertex = waiting.bit_length() - 1
        bit = 1 << vertex
        waiting &= ~bit
        around = rest.into[vertex] | rest.out[vertex]
        if rest.out[vertex] & bit:
            taken |= bit
            if taken.bit_count() > budget:
                return None
            rest.remove(vertex)
        elif rest.into[vertex].bit_count() <= 1 or rest.out[vertex].bit_count() <= 1:
            rest.bypass(vertex)
        else:
            continue
        waiting |= around & rest.alive
    return taken


def _disjoint_cycles(rest: _Rest, *, most: int) -> int:
    """How many cycles without a common vertex are easily found: no set can be smaller."""
    alive = rest.alive
    count = 0
    while alive and count < most:
        cycle = _short_cycle(rest, alive)
        if not cycle:
            break
        count += 1
        alive &= ~cycle
    return count


def _short_cycle(rest: _Rest, alive: int) -> int:
    """The mask of a shortest cycle among some of the vertices, 0 when there is none."""
    best = 0
    for start in _bits(alive):
        pair = rest.out[start] & rest.into[start] & alive
        if pair:
            return 1 << start | pair & -pair
        found = _cycle_through(rest, start, alive, best.bit_count())
        best = found or best
    return best


def _cycle_through(rest: _Rest, start: int, alive: int, beat: int) -> int:
    """The mask of a shortest cycle through a vertex, 0 unless it is shorter than ``beat``."""
    layers = [1 << start]
    seen = 0
    while not seen & 1 << start:
        reached = 0
        for vertex in _bits(layers[-1]):
            reached |= rest.out[vertex]
        reached &= alive & ~seen
        if not reached or (beat and len(layers) >= beat):
            return 0
        seen |= reached
        layers.append(reached)
    cycle, vertex = 0, start
    for layer in reversed(layers[:-1]):
        step = rest.into[vertex] & layer
        cycle |= step & -step
        vertex = (step & -step).bit_length() - 1
    return cycle


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
