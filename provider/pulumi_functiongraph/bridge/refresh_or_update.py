"""Tells comparisons of a refresh, in which the live side is the new one, from those of an update.

The engine asks a provider for both with the same call. A refresh reads a resource and compares it
next; an update checks it in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pulumi_functiongraph.core.diff import Change


class Refreshes:
    """The resources that one provider process has read, and the drift that it has reported."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._reported: defaultdict[str, set[Change]] = defaultdict(set)

    def read(self, id_: str) -> None:
        """Remember that a resource was read, so that its next comparison is of a refresh."""
        self._read.add(id_)

    def check(self, id_: str) -> None:
        """Remember that a resource was checked, so that its next comparison is of an update."""
        self._read.discard(id_)

    def compares(self, id_: str) -> bool:
        """Whether the comparison that is under way is of a refresh."""
        is_refresh = id_ in self._read
        self._read.discard(id_)
        return is_refresh

    def report(self, id_: str, drifted: Iterable[Change]) -> Iterator[Change]:
        """Report the drift that a refresh has found; an update that sets it back says no more."""
        for change in drifted:
            self._reported[id_].add(change)
            yield change

    def is_reported(self, id_: str, drifted: Change) -> bool:
        """Whether a refresh has reported that a property is not live as it is declared."""
        return drifted in self._reported[id_]
