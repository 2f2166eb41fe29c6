"""The cycles among the configs that one run declares to this process.

The engine checks resources in the order of their registration, dependencies first, so the check of
the config that closes a cycle is the one that finds it. By Pulumi URN, so that a second check of a
resource (a replacement has two) takes the place of the first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.core.graph import Declared, Edge, Node, declared_edges, source_of
from pulumi_functiongraph.core.graph.notifications import SOURCE

if TYPE_CHECKING:
    from pulumi_functiongraph.core.findings import Finding
    from pulumi_functiongraph.operations.walk import Live


@dataclass(frozen=True, slots=True)
class DeclaredConfig:
    """The place of one config in the graph.

    Attributes:
        name: the resource's logical name.
        source: its function version.
        edges: its notifications.
    """

    name: str
    source: Node
    edges: tuple[Edge, ...]


class DeclaredCycles:
    """The configs that were checked so far; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._configs: dict[str, DeclaredConfig] = {}

    def declare(self, urn: str, declared: DeclaredBag, *, place: tuple[str, str]) -> None:
        """Add a config that is valid.

        Args:
            urn: the resource's Pulumi URN.
            declared: what it says.
            place: region and project id, which complete short names.
        """
        config = _config(urn, declared, place)
        if config is not None:
            with self._lock:
                self._configs[urn] = config

    def found_with(self, urn: str, live: Live | None = None) -> tuple[Finding, ...]:
        """The findings on the cycles that the config of a resource is part of.

        Args:
            urn: the resource's Pulumi URN.
            live: what is live beyond what is declared.
        """
        configs = self.configs()
        config = configs.get(urn)
        edges = [edge for each in configs.values() for edge in each.edges]
        beyond = live.edges if live is not None else ()
        if config is None or not _comes_back(config, (*edges, *beyond), live):
            return ()
        return _findings(config, configs.values(), live)

    def configs(self) -> dict[str, DeclaredConfig]:
        """The configs by the Pulumi URNs of their resources."""
        with self._lock:
            return dict(self._configs)


def _config(urn: str, declared: DeclaredBag, place: tuple[str, str]) -> DeclaredConfig | None:
    examined = declared.examined
    if examined.draft is None:
        return None
    name = urn.rpartition("::")[2]
    region, project_id = place
    known = Declared(
        resource=name,
        where="",
        # An unknown function of two resources is not the same one.
        unknown=examined.unknown,
        identities={SOURCE: urn} if SOURCE in examined.unknown else {},
        acknowledged=examined.unsent.acknowledged,
        region=region or None,
        project_id=project_id or None,
    )
    edges = tuple(declared_edges(examined.draft, declared=known))
    return DeclaredConfig(name, source_of(examined.draft, declared=known), edges)


def _comes_back(config: DeclaredConfig, edges: Iterable[Edge], live: Live | None) -> bool:
    """Whether a way along the edges leads from a config to itself; cheaper than all cycles.

    Aliases, and buckets of which edges write under a prefix, are left to the search for cycles.
    """
    if live is not None:
        return True
    out: dict[str, list[str]] = {}
    for edge in edges:
        out.setdefault(edge.source.key, []).append(edge.target.key)
    waiting = deque([config.source.key])
    seen: set[str] = set()
    while waiting:
        for target in out.get(waiting.popleft(), ()):
            if target == config.source.key:
                return True
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def _findings(
    config: DeclaredConfig, configs: Iterable[DeclaredConfig], live: Live | None
) -> tuple[Finding, ...]:
    # Most runs have no cycle, and start without what words it.
    from pulumi_functiongraph.core.graph import find_cycles, overlay
    from pulumi_functiongraph.core.rules import judge
    from pulumi_functiongraph.core.rules.rule import Program

    listed = list(configs)
    edges = [edge for each in listed for edge in each.edges]
    graph = overlay(
        (*edges, *(live.edges if live is not None else ())),
        declared=[each.source for each in listed],
        aliases=live.aliases if live is not None else {},
        unreadable=live.unreadable if live is not None else {},
    )
    verdict = find_cycles(graph)
    own = {
        cycle.id
        for cycle in (*verdict.cycles, *verdict.acknowledged)
        if any(edge.resource == config.name for edge in cycle.edges)
    }
    found = judge(Program((), verdict=verdict))
    return tuple(
        each for each in found if each.cycle in own or (live is not None and each.cycle is None)
    )
