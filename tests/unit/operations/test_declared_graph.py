"""What is declared, and what is asked about by others than this process."""

from __future__ import annotations

from pulumi_functiongraph.core.graph import Edge
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph
from unit.core.graph.shapes import edge, fn, topic

OWN = edge("own", "b")
WITHIN = edge("b", topic("b-done"))
APART = edge("c", topic("c-done"))
FURTHER = edge("d", topic("d-done"))


def graph(asked_elsewhere: dict[Edge, str], *edges: Edge) -> DeclaredGraph:
    sources = tuple(fn(name) for name in ("own", "b", "c", "d"))
    return DeclaredGraph(edges, sources, {}, asked_elsewhere)


def test_a_walk_begins_at_the_targets_that_are_asked_about_here() -> None:
    shared = edge("own", topic("c-done"))
    elsewhere = {WITHIN: "other", APART: "other"}

    assert list(graph(elsewhere, OWN, WITHIN, APART).start()) == []
    assert list(graph(elsewhere, OWN, WITHIN, APART, shared).start()) == [topic("c-done")]


def test_what_events_get_to_from_elsewhere_is_half_seen() -> None:
    found = graph({WITHIN: "other", APART: "other"}, OWN, WITHIN, APART).half_seen()

    assert found == {topic("b-done"): "what is live there is looked at by the provider other"}


def test_between_two_providers_it_is_half_seen_too() -> None:
    between = edge("c", "d")
    found = graph({APART: "one", between: "one", FURTHER: "two"}, APART, between, FURTHER)

    assert found.half_seen() == {
        topic("d-done"): "what is live there is looked at by the provider two"
    }


def test_what_one_provider_declares_alone_is_seen_as_a_whole() -> None:
    alone = {WITHIN: "other", edge("c", "b"): "other"}

    assert graph(alone, *alone).half_seen() == {}
    assert graph({}, OWN, WITHIN).half_seen() == {}
