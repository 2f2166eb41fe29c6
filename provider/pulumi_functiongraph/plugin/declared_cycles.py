"""The cycles among the configs that one run declares, to this process and to others.

The engine checks resources in the order of their registration, dependencies first, so the check of
the config that closes a cycle is the one that finds it. By Pulumi URN, so that a second check of a
resource (a replacement has two) takes the place of the first. Of what is declared to another
process, which serves another provider of the program, only the way from function to function is
known, and no name.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.cloud.http.target_names import names_in, names_of
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.graph import Declared, Edge, Node, declared_edges, source_of
from pulumi_functiongraph.core.graph.nodes import function
from pulumi_functiongraph.core.graph.notifications import SOURCE
from pulumi_functiongraph.core.local_inputs import TARGETS
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph
from pulumi_functiongraph.operations.walk import Live, can_be_read

if TYPE_CHECKING:
    from pulumi_functiongraph.core.findings import Finding


class GraphedConfig(msgspec.Struct, frozen=True):
    """The place of one config in the graph.

    Attributes:
        name: the resource's logical name.
        source: its function version.
        edges: its notifications.
        secret: the names in its targets that are secret.
        replaced: the function version that it has in the state, where that is another one.
    """

    name: str
    source: Node
    edges: tuple[Edge, ...]
    secret: frozenset[str] = frozenset()
    replaced: Node | None = None


class DeclaredCycles:
    """The configs that were checked so far; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._configs: dict[str, GraphedConfig] = {}
        self._targets: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        """By source, and by the URN of the resource that declares it: what is notified."""

    def declare(
        self, urn: str, declared: DeclaredBag, *, place: tuple[str, str], in_state: str = ""
    ) -> None:
        """Add a config that is valid.

        Args:
            urn: the resource's Pulumi URN.
            declared: what it says.
            place: region and project id, which complete short names.
            in_state: the function version that the resource has in the state; empty in the
                second check of a replacement too.
        """
        config = _config(urn, declared, place)
        if config is None:
            return
        with self._lock:
            before = self._configs.get(urn)
            replaced = _replaced(in_state, config.source)
            if before is not None and not in_state:
                replaced = before.replaced
            if before is not None:
                self._targets[before.source.key].pop(urn, None)
            targets = tuple(edge.target.key for edge in config.edges)
            self._targets[config.source.key][urn] = targets
            self._configs[urn] = replace(config, replaced=replaced)

    def found_with(
        self, urn: str, live: Live | None = None, *, is_preview: bool = False
    ) -> tuple[Finding, ...]:
        """The findings on the cycles that the config of a resource is part of.

        Args:
            urn: the resource's Pulumi URN.
            live: what is live beyond what is declared.
            is_preview: as for `graph`.
        """
        with self._lock:
            config = self._configs.get(urn)
            if config is None or not (live or self._comes_back(config.source.key)):
                return ()
        return _findings(config, self.graph(is_preview=is_preview), live)

    def leads_on(self, urn: str) -> bool:
        """Whether the config of a resource has a target whose name is known."""
        with self._lock:
            config = self._configs.get(urn)
        return config is not None and any(can_be_read(edge.target) for edge in config.edges)

    def secret_names(self) -> set[str]:
        """The names in secret targets; a function with a config of its own is named by its id."""
        configs = self._known().values()
        public = {name for each in configs for name in names_of(each.source.key)}
        return {name for each in configs for name in each.secret} - public

    def graph(self, *, is_preview: bool = False) -> DeclaredGraph:
        """What is declared so far.

        Args:
            is_preview: leaves out what is live and replaced, which an update has deleted before.
        """
        configs = self._known().values()
        edges = (edge for each in configs for edge in each.edges)
        gone = (each.replaced for each in configs if is_preview and each.replaced)
        return DeclaredGraph(tuple(edges), (*(each.source for each in configs), *gone))

    def _comes_back(self, source: str) -> bool:
        """Whether a way along declared edges leads back; cheaper than all cycles."""
        waiting, seen = deque([source]), set[str]()
        while waiting:
            for targets in self._targets.get(waiting.popleft(), {}).values():
                if source in targets:
                    return True
                waiting.extend(each for each in targets if each not in seen)
                seen.update(targets)
        return False

    def _known(self) -> dict[str, GraphedConfig]:
        with self._lock:
            return dict(self._configs)


def found_across_providers(
    urn: str, declared: DeclaredBag, *, leads: Callable[[FunctionUrn, FunctionUrn], bool]
) -> Iterator[Finding]:
    """The findings on cycles that a config closes with those of another provider of the program.

    Args:
        urn: the resource's Pulumi URN.
        declared: what it says.
        leads: whether what the run declares leads from one function version to another.
    """
    source = declared.examined.known_source
    for path, target in declared.examined.leads_to.items():
        if source is not None and leads(target, source):
            from pulumi_functiongraph.core.findings import Finding
            from pulumi_functiongraph.core.rules.cycles import NOTIFICATION_CYCLE

            yield Finding(
                rule=NOTIFICATION_CYCLE.id,
                severity=NOTIFICATION_CYCLE.severity,
                subject=name_in(urn),
                message="cycle: what this program declares with another provider leads from this "
                "target back to the function",
                remedy=NOTIFICATION_CYCLE.remedy,
                path=path,
            )


def _config(urn: str, declared: DeclaredBag, place: tuple[str, str]) -> GraphedConfig | None:
    examined = declared.examined
    if examined.draft is None:
        return None
    name = name_in(urn)
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
    secret = frozenset(
        name
        for path in TARGETS
        if path in declared.secret
        for name in names_in(examined.inputs.get(path))
    )
    return GraphedConfig(name, source_of(examined.draft, declared=known), edges, secret)


def _replaced(in_state: str, source: Node) -> Node | None:
    """What a resource has in the state, where it is known that it will have another one."""
    if not can_be_read(source) or in_state == source.key:
        return None
    try:
        return function(FunctionUrn.parse(in_state))
    except InvalidInput:
        return None


def _findings(
    config: GraphedConfig, graph: DeclaredGraph, live: Live | None
) -> tuple[Finding, ...]:
    """What is found of the cycles of one config, and of what of the live graph is not known."""
    # Most runs have no cycle, and start without what words it.
    from pulumi_functiongraph.core.rules import judge
    from pulumi_functiongraph.core.rules.rule import Program

    verdict = graph.verdict() if live is None else graph.verdict(live)
    own = {
        cycle.id
        for cycle in (*verdict.cycles, *verdict.acknowledged)
        if any(edge.resource == config.name for edge in cycle.edges)
    }
    return tuple(
        each
        for each in judge(Program((), verdict=verdict))
        if each.cycle in own or (live is not None and each.cycle is None)
    )
