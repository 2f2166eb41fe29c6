"""Which edges to remove: exact for small components, proved or labelled for large ones."""

from __future__ import annotations

from random import Random

import pytest

from pulumi_functiongraph.core.graph import Cycle, Edge, Label
from unit.core.graph import oracle
from unit.core.graph.shapes import alias, edge, fn, judge, live, only_cycle, ring, topic, trigger


def name(number: int) -> str:
    return f"f{number:06}"


def big_ring(size: int) -> list[Edge]:
    return ring(*map(name, range(size)))


def random_edges(dice: Random, *, nodes: int, count: int) -> list[Edge]:
    pairs = [(dice.randrange(nodes), dice.randrange(nodes)) for _ in range(count)]
    return [
        edge(name(tail), name(head), dice.choice((Label.SUCCESS, Label.FAILURE)))
        for tail, head in pairs
    ]


def largest(edges: list[Edge]) -> Cycle:
    return max(judge(edges).cycles, key=lambda cycle: len(cycle.nodes))


def assert_cut_breaks_all(cycle: Cycle, edges: list[Edge]) -> None:
    arcs = oracle.within(
        oracle.arcs_of(oracle.World(tuple(edges))), [node.key for node in cycle.nodes]
    )
    assert cycle.cut is not None
    assert oracle.is_acyclic(arcs, without=cycle.cut.edges)
    for needed in cycle.cut.edges:
        others = [other for other in cycle.cut.edges if other != needed]
        assert not oracle.is_acyclic(arcs, without=others)


@pytest.mark.parametrize("seed", range(40))
def test_the_cut_among_up_to_twelve_functions_is_as_small_as_trying_everything_finds(
    seed: int,
) -> None:
    dice = Random(seed)
    edges = random_edges(dice, nodes=dice.randint(5, 12), count=dice.randint(8, 14))

    for cycle in judge(edges).cycles:
        assert cycle.cut is not None
        inside = oracle.within(oracle.arcs_of_plain(edges), [node.key for node in cycle.nodes])
        assert cycle.cut.is_smallest
        assert len(cycle.cut.edges) == oracle.smallest_cut(inside)
        assert_cut_breaks_all(cycle, edges)


def test_thirty_edges_among_six_functions_need_fifteen_cuts() -> None:
    everyone = "abcdef"
    edges = [edge(one, two) for one in everyone for two in everyone if one != two]

    cut = only_cycle(edges).cut

    assert cut is not None
    assert (len(cut.edges), cut.is_smallest) == (15, True)


def test_an_edge_common_to_all_cycles_is_found_in_a_large_component() -> None:
    edges = [*big_ring(60), *[edge(name(n), name(n + 2), Label.FAILURE) for n in range(10, 57)]]
    edges += [edge(name(n), name(0), Label.FAILURE) for n in range(20, 59)]

    cycle = only_cycle(edges)

    assert cycle.breaks_all
    assert cycle.cut is not None
    assert (cycle.cut.edges, cycle.cut.is_smallest) == ((cycle.breaks,), True)
    assert_cut_breaks_all(cycle, edges)


def test_a_live_edge_common_to_all_cycles_is_no_choice_of_the_program() -> None:
    spokes = [edge(name(n), name(99)) for n in range(40)]
    triggers = [trigger(topic("t"), name(n)) for n in range(40)]

    cycle = only_cycle([*spokes, live(name(99), topic("t")), *triggers])

    assert cycle.cut is not None
    assert set(cycle.cut.edges) == set(spokes)
    assert not cycle.breaks_all


@pytest.mark.parametrize("seed", range(25))
def test_the_cut_of_a_large_component_breaks_all_and_is_not_called_the_smallest(seed: int) -> None:
    dice = Random(seed)
    edges = random_edges(dice, nodes=dice.randint(15, 40), count=dice.randint(110, 140))

    cycle = largest(edges)

    assert len(cycle.nodes) > 10
    assert cycle.cut is not None
    assert not cycle.cut.is_smallest
    assert_cut_breaks_all(cycle, edges)


@pytest.mark.parametrize("seed", range(15))
def test_the_cut_of_a_large_component_leaves_triggers_and_live_edges_alone(seed: int) -> None:
    dice = Random(seed)
    functions = [name(n) for n in range(40)]
    edges = [edge(dice.choice(functions), topic(f"t{dice.randrange(8)}")) for _ in range(80)]
    edges += [trigger(topic(f"t{dice.randrange(8)}"), dice.choice(functions)) for _ in range(60)]
    edges += [live(f"x{n}", dice.choice(functions)) for n in range(10)]
    edges += [edge(dice.choice(functions), f"x{n}", Label.FAILURE) for n in range(10)]

    cycle = largest(edges)

    assert cycle.cut is not None
    assert all(edge.is_config and edge.is_declared for edge in cycle.cut.edges)
    assert_cut_breaks_all(cycle, edges)


def test_a_chain_of_topics_round_to_the_first_is_cut_once() -> None:
    edges = [edge(name(n), topic(f"t{n:03}")) for n in range(50)]
    edges += [trigger(topic(f"t{n:03}"), name((n + 1) % 50)) for n in range(50)]

    cut = only_cycle(edges).cut

    assert cut is not None
    assert (len(cut.edges), cut.is_smallest) == (1, True)


def test_an_edge_to_an_alias_is_cut_as_a_whole_in_a_large_component() -> None:
    prod = alias("prod", of=name(1))
    versions = [fn(name(1), version="v1"), fn(name(1), version="v2")]
    way_back = [edge(name(n), name(n + 1)) for n in range(2, 40)]
    starts = [edge(version, name(2)) for version in versions]
    edges = [edge(name(0), prod), *starts, *way_back, edge(name(40), name(0))]

    cycle = only_cycle(edges, aliases={prod: versions})

    assert cycle.breaks_all
    assert cycle.cut is not None
    assert cycle.cut.is_smallest
    assert len(cycle.cut.edges) == 1


def test_no_edge_of_the_cut_among_hundreds_of_functions_can_be_left_out() -> None:
    edges = random_edges(Random(3), nodes=120, count=360)

    assert_cut_breaks_all(largest(edges), edges)


def test_an_edge_behind_which_all_cycles_begin_is_the_whole_cut_of_a_large_component() -> None:
    collecting = [edge(name(n), "collector") for n in range(40)]
    hub = [edge("collector", "dispatcher"), edge("dispatcher", topic("t"))]
    triggers = [trigger(topic("t"), name(n)) for n in range(40)]

    cycle = only_cycle([*collecting, *hub, *triggers])

    assert cycle.breaks_all
    assert cycle.cut is not None
    assert (len(cycle.cut.edges), cycle.cut.is_smallest) == (1, True)


@pytest.mark.parametrize("seed", range(10))
def test_edges_to_aliases_of_two_functions_are_cut_or_kept_as_a_whole(seed: int) -> None:
    dice = Random(seed)
    several = [alias("prod", of=name(number)) for number in range(20)]
    known = {each: [fn(name(dice.randrange(40))) for _ in "ab"] for each in several}
    edges = [
        edge(name(number), dice.choice(several), label)
        for number in range(40)
        for label in (Label.SUCCESS, Label.FAILURE)
    ]

    cycle = max(judge(edges, aliases=known).cycles, key=lambda cycle: len(cycle.nodes))

    assert cycle.cut is not None
    assert not cycle.cut.is_smallest
    inside = {node.key for node in cycle.nodes}

    def is_broken(without: tuple[Edge, ...]) -> bool:
        left = [each for each in edges if each not in without]
        found = judge(left, aliases=known).cycles
        return not any(node.key in inside for each in found for node in each.nodes)

    assert is_broken(cycle.cut.edges)
    for needed in cycle.cut.edges:
        assert not is_broken(tuple(other for other in cycle.cut.edges if other != needed))
