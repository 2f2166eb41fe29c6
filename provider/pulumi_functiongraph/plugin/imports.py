"""Imports whose id names another function than the program declares.

The engine keeps what it has read for an import before it checks anything, and a read is not told
what is declared. So an update without a preview is refused too late for the state, and the refusal
says what to do. A Python program's gate refuses it before.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.bridge.config_provider import Log
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.imported_ids import import_problem
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.pulumi_urns import name_in

_NOT_SEEN = (
    "an import does not see whether this stack has the config under another name already; a "
    "destroy of either would delete it. fgctl drift finds such pairs (FGN002)"
)

_IN_THE_STATE = (
    "A preview has changed no state. If this is an update, it has put the config of the other one "
    "into the state: take it out with pulumi state delete --force, or else the next update "
    "deletes that config"
)
NOTHING_TO_IMPORT = "declare it without the import, and pulumi up sets it"
"""What to do where a function has no config that could be imported."""


class Imports:
    """What this process reads for imports; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._named: dict[str, FunctionUrn] = {}
        self._first: dict[FunctionUrn, str] = {}
        self._is_explained = False

    def note(self, urn: str, source: FunctionUrn) -> None:
        """Note what a read for an import was asked for.

        Args:
            urn: the resource's Pulumi URN.
            source: the function version that the id names.
        """
        with self._lock:
            self._named[urn] = source

    def problems(self, urn: str, declared: DeclaredBag, *, log: Log) -> Iterator[str]:
        """What is wrong with the import of a resource, a line each; the first one is explained.

        The engine only warns of those where a command imports, and says that they are a bug.

        Args:
            urn: the resource's Pulumi URN.
            declared: what the program says.
            log: logs a line about the resource.

        Raises:
            AlreadyConfigured: another resource has imported the same config.
        """
        with self._lock:
            imported = self._named.get(urn)
            first = urn if imported is None else self._first.setdefault(imported, urn)
            is_first = imported is not None and not self._is_explained
            self._is_explained |= is_first
        if first != urn:
            raise AlreadyConfigured(
                f"{name_in(first)} of this import has the config of {imported} already, and a "
                "function version has one config: import it once"
            )
        if is_first:
            log(_NOT_SEEN)
        source = declared.examined.source
        if imported is None or source is None:
            return
        problem = import_problem(imported, source)
        if problem is not None:
            yield f"{problem}. {_IN_THE_STATE}"
