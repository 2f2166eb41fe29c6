"""Imports whose id names another function than the program declares.

The engine keeps what it has read for an import before it checks anything, and a read is not told
what is declared. So an update without a preview is refused too late for the state, and the refusal
says what to do. A Python program's gate refuses it before.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.core.imported_ids import import_problem
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
        if imported is None or source is None:
            return
        problem = import_problem(imported, source)
        if problem is not None:
            yield (
                f"{problem}. An update without a preview has put the other one into the state: "
                "take it out with pulumi state delete, or else the next update deletes that config"
            )
