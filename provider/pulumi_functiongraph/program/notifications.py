"""The notification graph of a program: what it declares, laid over what is live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pulumi_functiongraph.bridge.property_bags import from_program
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.graph import (
    CycleAnalysis,
    Declared,
    Edge,
    Label,
    Node,
    NodeKind,
    declared_edges,
    find_cycles,
    overlay,
    source_of,
)
from pulumi_functiongraph.core.graph import nodes as graph_nodes
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN, Bag
from pulumi_functiongraph.operations.walk import Live
from pulumi_functiongraph.program.resources import owners
from pulumi_functiongraph.program.run import Batch, RecordedTrigger, Seen

_NOTHING = Live()


@dataclass(frozen=True, slots=True)
class Place:
    """Where short names are completed.

    Attributes:
        region: region id, empty when unknown.
        project_id: project id, empty when unknown.
    """

    region: str
    project_id: str


@dataclass(frozen=True, slots=True)
class DeclaredGraph:
    """What a program declares.

    Attributes:
        edges: of its configs and triggers.
        sources: the function versions that it declares a config of.
        existing: by node of a resource, the live function that it is known to stand for.
    """

    edges: tuple[Edge, ...]
    sources: tuple[Node, ...]
    existing: Mapping[Node, tuple[Node, ...]] = field(default_factory=dict)

    def verdict(self, live: Live = _NOTHING) -> CycleAnalysis:
        """Lay it over what is live, and judge."""
        graph = overlay(
            (*self.edges, *live.edges),
            declared=self.sources,
            aliases={**live.aliases, **self.existing},
            unreadable=live.unreadable,
        )
        return find_cycles(graph)

    def start(self) -> Iterator[Node]:
        """Where a walk over what is live begins: every target; the sources are declared."""
        told = set(self.live_sources())
        yield from (
            node for node in self._live(edge.target for edge in self.edges) if node not in told
        )

    def live_sources(self) -> Iterator[Node]:
        """The declared sources, by the names that they have in the cloud where those are known."""
        yield from self._live(self.sources)

    def named(self) -> Iterator[Node]:
        """Every node that is declared."""
        yield from self.sources
        for edge in self.edges:
            yield from (edge.source, edge.target)

    def _live(self, nodes: Iterable[Node]) -> Iterator[Node]:
        for node in nodes:
            yield from self.existing.get(node, (node,))


def declared_graph(batch: Batch, seen: Sequence[Seen], place: Place) -> DeclaredGraph:
    """The graph of everything declared so far; what cannot be identified is an unknown node."""
    edges: list[Edge] = []
    sources: list[Node] = []
    for each in seen:
        draft = each.declaration.examined.draft
        if draft is not None:
            edges += declared_edges(draft, declared=each.declared)
            sources.append(source_of(draft, declared=each.declared))
    for trigger in batch.triggers:
        edges += _trigger_edges(batch, trigger, place)
    return DeclaredGraph(tuple(edges), tuple(sources), batch.existing)


def _trigger_edges(batch: Batch, trigger: RecordedTrigger, place: Place) -> Iterator[Edge]:
    """A trigger is read as a config whose target is the trigger's source, and then turned round."""
    behind = owners(batch.registered)
    bag = from_program(trigger.arguments, known=batch.stand_ins(behind))
    identities = batch.identities(trigger.arguments, behind)
    urn = _known_function(bag, place, trigger)
    examined = examine({"functionUrn": UNKNOWN, "onSuccess": _listening(bag, trigger)})
    if examined.draft is None:
        raise InvalidInput(_told_of(trigger, each) for each in examined.problems)
    declared = Declared(
        resource="Trigger",
        where=trigger.where,
        unknown=examined.unknown,
        identities={
            path.replace("source", "onSuccess", 1): identity
            for path, identity in identities.items()
        },
        region=(urn.region if urn else place.region) or None,
        project_id=(urn.project_id if urn else place.project_id) or None,
    )
    for edge in declared_edges(examined.draft, declared=declared):
        yield Edge(
            edge.target,
            graph_nodes.function(urn) if urn else _unknown_function(identities, trigger),
            Label.TRIGGER,
            resource="Trigger",
            where=trigger.where,
            suffix=trigger.suffix,
        )


def _told_of(trigger: RecordedTrigger, problem: Problem) -> Problem:
    path = problem.path.replace("onSuccess", "source", 1)
    return replace(problem, path=f"Trigger ({trigger.where}): {path}")


def _listening(bag: Bag, trigger: RecordedTrigger) -> object:
    """The source as a target; a bucket with the prefix that the trigger listens to."""
    source = bag.get("source")
    if not isinstance(source, dict) or "bucket" not in source:
        return source
    return {**source, "prefix": trigger.prefix}


def _known_function(bag: Bag, place: Place, trigger: RecordedTrigger) -> FunctionUrn | None:
    text = bag.get("functionUrn")
    if text is UNKNOWN:
        return None
    return FunctionUrn.parse(
        str(text),
        region=place.region,
        project_id=place.project_id,
        path=f"Trigger ({trigger.where}): functionUrn",
    )


def _unknown_function(identities: Mapping[str, str], trigger: RecordedTrigger) -> Node:
    identity = identities.get("functionUrn")
    if identity is None:
        return graph_nodes.unknown(NodeKind.FUNCTION, at=f"Trigger ({trigger.where})")
    return graph_nodes.identified(NodeKind.FUNCTION, identity)
