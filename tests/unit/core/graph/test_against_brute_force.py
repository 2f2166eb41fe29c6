"""The graph against an oracle that tries everything: no false alarm, none missed."""

from __future__ import annotations

from random import Random

import pytest

from pulumi_functiongraph.core.graph import CycleAnalysis, Edge, Label, find_cycles, overlay
from unit.core.graph import oracle
from unit.core.graph.oracle import World
from unit.core.graph.shapes import fn
from unit.core.graph.worlds import random_world

FEW_WORLDS = 1_500
MANY_WORLDS = 100_000
CHUNKS = 10


def judged(world: World) -> CycleAnalysis:
    graph = overlay(
        world.edges, declared=world.declared, aliases=world.aliases, unreadable=world.unreadable
    )
    return find_cycles(graph)


def assert_right(world: World) -> CycleAnalysis:
    verdict = judged(world)
    arcs = oracle.arcs_of(world)
    plain = oracle.plain(arcs)
    wrong = oracle.components(plain)
    intended = {
        group for group in oracle.components(arcs) if not any(bad <= group for bad in wrong)
    }
    assert {frozenset(n.key for n in cycle.nodes) for cycle in verdict.cycles} == wrong
    assert {frozenset(n.key for n in cycle.nodes) for cycle in verdict.acknowledged} == intended
    assert len(verdict.cycles) + len(verdict.acknowledged) == len(wrong) + len(intended)
    for cycle in verdict.cycles:
        oracle.assert_cycle_is_right(cycle, plain)
        oracle.assert_cut_is_right(cycle, plain)
    for cycle in verdict.acknowledged:
        oracle.assert_cycle_is_right(cycle, arcs)
        assert any(hop.edge.acknowledged for hop in cycle.path)
    return verdict


def assert_unknowns_are_right(world: World, verdict: CycleAnalysis) -> None:
    edges = [edge for edge in oracle.counting(world) if not edge.acknowledged]
    unknowns = verdict.unknowns
    never = {e for e in edges if e.target.naming == "unknown"}
    assert never <= set(unknowns.targets)
    assert {e for e in unknowns.targets if e.target.kind != "bucket"} == never
    assert set(unknowns.sources) >= {e for e in edges if e.source.naming == "unknown"}
    reached = oracle.reached(oracle.plain(oracle.arcs_of(world)))
    live_alone = not any(e.origin == "declared" for e in oracle.counting(world))
    expected = set()
    for node in world.unreadable:
        meant = oracle.meant(world, node)
        is_reached = live_alone or any(found.key in reached for found in meant)
        if node.kind == "alias":
            expected |= {node} if is_reached else set()
        else:
            open_ones = (n for n in meant if n.key not in oracle.sources(world))
            expected |= {n for n in open_ones if live_alone or n.key in reached}
    assert {held.node for held in unknowns.unreadable} == expected
    assert not any(node in world.aliases for node in unknowns.aliases)


def assert_worlds_are_right(seeds: range) -> None:
    seen = {"cycles": 0, "acknowledged": 0, "unknown": 0, "proved": 0}
    for seed in seeds:
        world = random_world(seed)
        try:
            verdict = assert_right(world)
            assert_unknowns_are_right(world, verdict)
        except AssertionError as error:
            error.add_note(f"seed {seed}: {world}")
            raise
        seen["cycles"] += bool(verdict.cycles)
        seen["acknowledged"] += bool(verdict.acknowledged)
        seen["unknown"] += bool(verdict.unknowns)
        seen["proved"] += verdict.is_proved_acyclic
    assert min(seen.values()) > len(seeds) // 50, f"the worlds are too much alike: {seen}"


def digraph(size: int, number: int) -> World:
    """The digraph whose arcs are the set bits; labels, retries and acknowledgements are drawn."""
    dice = Random(number)
    is_plain = number % 3 > 0
    edges = [
        Edge(
            fn("abcd"[tail]),
            fn("abcd"[head]),
            dice.choice((Label.SUCCESS, Label.FAILURE)),
            resource=f"notify-{tail}",
            acknowledged="" if is_plain or dice.random() < 0.6 else "intended",
        )
        for tail in range(size)
        for head in range(size)
        if number >> (tail * size + head) & 1
    ]
    return World(tuple(edges))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_digraph_of_up_to_three_functions_is_judged_right(size: int) -> None:
    for number in range(2 ** (size * size)):
        assert_right(digraph(size, number))


def test_a_sample_of_the_digraphs_of_four_functions_is_judged_right() -> None:
    for number in Random(4).sample(range(2**16), 150):
        assert_right(digraph(4, number))


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("chunk", range(8))
def test_every_digraph_of_four_functions_is_judged_right(chunk: int) -> None:
    for number in range(chunk, 2**16, 8):
        assert_right(digraph(4, number))


def test_thousands_of_random_worlds_are_judged_right() -> None:
    assert_worlds_are_right(range(FEW_WORLDS))


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_hundred_thousand_random_worlds_are_judged_right(chunk: int) -> None:
    size = MANY_WORLDS // CHUNKS
    start = FEW_WORLDS + chunk * size
    assert_worlds_are_right(range(start, start + size))
