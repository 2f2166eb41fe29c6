"""Which comparisons are of a refresh: there, what is live is the side that is new.

The engine asks a provider for both with the same call. A refresh reads a resource and compares it
next; an update checks it in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pulumi_functiongraph.core.diff import Change


class Refreshes:
    """What one provider process has read, and has told of it."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._told: defaultdict[str, set[Change]] = defaultdict(set)

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

    def tell(self, id_: str, drifted: Iterable[Change]) -> Iterator[Change]:
        """What a refresh has found, to be told; an update that sets it back says no more."""
        for change in drifted:
            self._told[id_].add(change)
            yield change

    def is_told(self, id_: str, drifted: Change) -> bool:
        """Whether a refresh has told that a property is not live as it is declared."""
        return drifted in self._told[id_]
