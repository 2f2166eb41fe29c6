"""The notifications that are declared, and where a walk over what is live begins for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from pulumi_functiongraph.core.graph import (
    CycleAnalysis,
    Edge,
    Naming,
    Node,
    NodeKind,
    find_cycles,
    overlay,
)
from pulumi_functiongraph.operations.walk import Live

_NOTHING = Live()


class DeclaredGraph(msgspec.Struct, frozen=True):
    """The notifications that a program, or a run of the plugin, declares.

    Attributes:
        edges: of its configs and triggers.
        sources: the function versions that it declares a config of.
        existing: by node of a resource, the live function that it is known to stand for.
        asked_elsewhere: by edge of a config whose cloud is asked by another process, with other
            settings, the name of those.
    """

    edges: tuple[Edge, ...]
    sources: tuple[Node, ...]
    existing: Mapping[Node, tuple[Node, ...]] = msgspec.field(default_factory=dict)
    asked_elsewhere: Mapping[Edge, str] = msgspec.field(default_factory=dict)

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
        sources = set(self.live_sources())
        own = (edge.target for edge in self.edges if edge not in self.asked_elsewhere)
        for node in self._live(own):
            if node not in sources:
                yield node

    def half_seen(self) -> dict[Node, str]:
        """The targets that are asked about elsewhere though events get there from here, and why.

        A circle through what is live there may be one that no process sees as a whole.
        """
        sources = set(self.live_sources())
        leaving: defaultdict[Node, list[Node]] = defaultdict(list)
        for edge in self.edges if self.asked_elsewhere else ():
            leaving[edge.source].append(edge.target)
        found: dict[Node, str] = {}
        for name in dict.fromkeys(self.asked_elsewhere.values()):
            others = (e.target for e in self.edges if self.asked_elsewhere.get(e) != name)
            reached = _reached(others, leaving) - sources
            for edge, elsewhere in self.asked_elsewhere.items():
                if elsewhere == name and edge.target in reached:
                    found[edge.target] = f"what is live there is looked at by the provider {name}"
        return found

    def live_sources(self) -> Iterator[Node]:
        """The declared sources, by the names that they have in the cloud where those are known."""
        yield from self._live(self.sources)

    def unknown_functions(self) -> tuple[Node, ...]:
        """The declared functions whose name is not known, only the resource that they are."""
        nodes = (node for edge in self.edges for node in (edge.source, edge.target))
        return tuple(
            node
            for node in dict.fromkeys((*self.sources, *nodes))
            if node.kind in {NodeKind.FUNCTION, NodeKind.ALIAS} and node.naming is Naming.IDENTIFIED
        )

    def _live(self, nodes: Iterable[Node]) -> Iterator[Node]:
        for node in nodes:
            yield from self.existing.get(node, (node,))


def _reached(start: Iterable[Node], leaving: Mapping[Node, Iterable[Node]]) -> set[Node]:
    reached: set[Node] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(leaving.get(node, ()))
    return reached
