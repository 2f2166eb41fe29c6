"""Which triggers of a bucket an object can fire that is written under a prefix.

The service writes an object whose key starts with the target's prefix; the rest of the key, its
suffix included, is not documented. A trigger listens to keys that start with its own prefix. So
the two meet when one prefix starts with the other, and exclude each other in any other case.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pulumi_functiongraph.core.graph.edges import Edge


class Triggers:
    """The triggers of one bucket by prefix; each one is a number."""

    def __init__(self) -> None:
        self._open: list[int] = []
        self._by_prefix: dict[str, list[int]] = {}
        self._prefixes: list[str] = []

    def add(self, number: int, *, prefix: str | None) -> None:
        """Add a trigger; its prefix is ``None`` while it is unknown."""
        if prefix is None:
            self._open.append(number)
        elif prefix in self._by_prefix:
            self._by_prefix[prefix].append(number)
        else:
            self._by_prefix[prefix] = [number]
            insort(self._prefixes, prefix)

    def met_by(self, written: str | None) -> Iterator[int]:
        """The triggers that an object under a prefix can fire.

        Args:
            written: the prefix; ``None`` while it is unknown, which meets for certain only
                triggers that listen to the whole bucket.
        """
        if written is None:
            yield from self._by_prefix.get("", ())
            return
        if not written:
            yield from self._open
        for length in range(len(written)):
            yield from self._by_prefix.get(written[:length], ())
        for at in range(bisect_left(self._prefixes, written), len(self._prefixes)):
            prefix = self._prefixes[at]
            if not prefix.startswith(written):
                return
            yield from self._by_prefix[prefix]


def by_bucket(triggers: Mapping[int, Edge]) -> dict[str, Triggers]:
    """The triggers of each bucket, by its name."""
    grouped: defaultdict[str, Triggers] = defaultdict(Triggers)
    for number, edge in triggers.items():
        grouped[edge.source.name].add(number, prefix=edge.source.prefix)
    return dict(grouped)
