"""Imports whose id names another function than the program declares.

The engine would take the config of the first one into the state, and delete it to make that of the
second one. It keeps what it has read for an import before it checks anything, so an update without
a preview is refused too late for the state, and the refusal says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.core.names import FunctionUrn


class Imports:
    """What this process reads for imports; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._named: dict[str, FunctionUrn] = {}

    def note(self, urn: str, source: FunctionUrn) -> None:
        """Note what a read for an import was asked for.

        Args:
            urn: the resource's Pulumi URN.
            source: the function version that the id names.
        """
        with self._lock:
            self._named[urn] = source

    def problems(self, urn: str, declared: DeclaredBag) -> Iterator[str]:
        """What is wrong with the import of a resource, a line each.

        Args:
            urn: the resource's Pulumi URN.
            declared: what the program says.
        """
        with self._lock:
            imported = self._named.get(urn)
        source = declared.examined.source
        if imported is None or source is None or imported == source:
            return
        yield (
            f"functionUrn: names {source}, and the id to import names {imported}; an import takes "
            "over the config of the function that is declared: write the same function in both. An "
            "update without a preview has put the other one into the state: take it out with "
            "pulumi state delete, or else the next update deletes that config"
        )
