"""Large graphs: no recursion limit, no time that grows with the square."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pulumi_functiongraph.core.graph import Edge, Label, Node, find_cycles, overlay
from unit.core.graph.shapes import fn

MANY = 10_000
SECONDS = 30
"""Time for one test; each takes less than half a second on an idle machine."""


@pytest.fixture(scope="module")
def functions() -> list[Node]:
    return [fn(f"f{number:06}") for number in range(MANY)]


def row(functions: list[Node], label: Label = Label.SUCCESS) -> list[Edge]:
    return [Edge(one, two, label, retries=1) for one, two in pairwise(functions)]


@pytest.mark.timeout(SECONDS)
def test_a_chain_of_ten_thousand_functions_is_acyclic(functions: list[Node]) -> None:
    assert find_cycles(overlay(row(functions))).is_proved_acyclic


@pytest.mark.timeout(SECONDS)
def test_a_ring_of_ten_thousand_functions_is_one_cycle(functions: list[Node]) -> None:
    closing = Edge(functions[-1], functions[0], Label.FAILURE, retries=1)

    (cycle,) = find_cycles(overlay([closing, *row(functions)])).cycles

    assert len(cycle.path) == MANY
    assert cycle.breaks_all
    assert cycle.cost.most == 2 * MANY


@pytest.mark.timeout(SECONDS)
def test_a_ring_with_every_edge_twice_is_one_cycle_with_a_small_cut(functions: list[Node]) -> None:
    edges = [*row(functions), *row(functions, Label.FAILURE)]
    closing = [
        Edge(functions[-1], functions[0], label, retries=1)
        for label in (Label.SUCCESS, Label.FAILURE)
    ]

    (cycle,) = find_cycles(overlay([*edges, *closing])).cycles

    assert cycle.cut is not None
    assert len(cycle.cut.edges) == 2
    assert not cycle.cut.is_smallest
    assert not cycle.breaks_all


@pytest.mark.timeout(SECONDS)
def test_the_shortest_cycle_among_five_hundred_functions_is_found_fast(
    functions: list[Node],
) -> None:
    few = functions[:500]
    skips = [Edge(few[n], few[(n + 2) % 500], Label.FAILURE, retries=1) for n in range(500)]
    closing = Edge(few[-1], few[0], Label.SUCCESS, retries=1)

    (cycle,) = find_cycles(overlay([*row(few), closing, *skips])).cycles

    assert len(cycle.path) == 250


@pytest.mark.timeout(SECONDS)
def test_beyond_five_hundred_functions_the_cycle_goes_through_the_first_edge(
    functions: list[Node],
) -> None:
    many = functions[:600]
    edges = [*row(many), Edge(many[-1], many[0], Label.SUCCESS)]
    short = Edge(many[300], many[299], Label.FAILURE)

    (cycle,) = find_cycles(overlay([*edges, short])).cycles

    assert cycle.path[0].source == many[0]
    assert len(cycle.path) == 600
