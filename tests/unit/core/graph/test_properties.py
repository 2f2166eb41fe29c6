"""What holds of every graph."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.core.graph import CycleAnalysis, Edge, Label, Node, Origin
from unit.core.graph import oracle
from unit.core.graph.shapes import edge, fn, judge, live, topic, trigger
from unit.core.graph.worlds import random_world

functions = st.sampled_from([fn(name) for name in "abcdef"])
topics = st.sampled_from([topic("t"), topic("u")])
labels = st.sampled_from([Label.SUCCESS, Label.FAILURE])
acknowledgements = st.sampled_from(["", "", "", "as designed"])
declared = st.builds(
    edge, functions, st.one_of(functions, topics), labels, acknowledged=acknowledgements
)
triggers = st.builds(trigger, topics, functions)
edges_of_programs = st.lists(st.one_of(declared, declared, triggers), max_size=14)
deployed = st.builds(live, functions, st.one_of(functions, topics), labels)


def told(verdict: CycleAnalysis) -> tuple[object, ...]:
    return verdict.cycles, verdict.acknowledged, verdict.unknowns


def on_cycles(verdict: CycleAnalysis) -> set[Node]:
    return {node for cycle in verdict.cycles for node in cycle.nodes}


@given(st.data(), edges_of_programs, st.lists(deployed, max_size=5))
def test_the_order_of_declaration_does_not_matter(
    data: st.DataObject, program: list[Edge], live_ones: list[Edge]
) -> None:
    edges = program + live_ones
    shuffled = data.draw(st.permutations(edges))

    assert told(judge(shuffled)) == told(judge(edges))


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_with_aliases_triggers_and_unknowns(
    seed: int, dice: object
) -> None:
    world = random_world(seed)
    shuffled = sorted(world.edges, key=lambda _: dice.random())  # type: ignore[attr-defined]
    known = {"declared": world.declared, "aliases": world.aliases, "unreadable": world.unreadable}

    assert told(judge(shuffled, **known)) == told(judge(world.edges, **known))  # type: ignore[arg-type]


@given(edges_of_programs)
def test_telling_everything_twice_changes_nothing(edges: list[Edge]) -> None:
    assert told(judge([*edges, *edges])) == told(judge(edges))


@given(edges_of_programs, st.lists(st.builds(edge, functions, functions, labels), max_size=4))
def test_adding_edges_never_removes_a_cycle(edges: list[Edge], more: list[Edge]) -> None:
    before, after = judge(edges), judge([*edges, *more])

    assert on_cycles(before) <= on_cycles(after)
    for cycle in before.cycles:
        assert any(set(cycle.nodes) <= set(grown.nodes) for grown in after.cycles)


@given(edges_of_programs, edges_of_programs)
def test_ids_are_stable_while_a_component_stays_as_it_is(
    edges: list[Edge], others: list[Edge]
) -> None:
    elsewhere = {node: fn(f"z{node.key[-8:-7]}") for node in [fn(name) for name in "abcdef"]}
    apart = [
        edge(elsewhere[e.source], elsewhere[e.target])
        for e in others
        if e.source in elsewhere and e.target in elsewhere
    ]

    before = {cycle.id for cycle in judge(edges).cycles}

    assert before <= {cycle.id for cycle in judge([*edges, *apart]).cycles}


@given(edges_of_programs)
def test_the_cut_breaks_all_and_none_smaller_does(edges: list[Edge]) -> None:
    for cycle in judge(edges).cycles:
        assert cycle.cut is not None
        gone = set(cycle.cut.edges)
        left = judge([edge for edge in edges if edge not in gone])
        inside = oracle.within(
            oracle.plain(oracle.arcs_of(oracle.World(tuple(edges)))),
            [node.key for node in cycle.nodes],
        )
        assert not on_cycles(left) & set(cycle.nodes)
        assert cycle.cut.is_smallest
        assert len(cycle.cut.edges) == oracle.smallest_cut(inside)


@given(edges_of_programs)
def test_every_live_edge_of_a_declared_source_is_replaced(edges: list[Edge]) -> None:
    sources = {edge.source for edge in edges if edge.label is not Label.TRIGGER}
    stale = [live(source, source) for source in sources]

    assert told(judge([*edges, *stale])) == told(judge(edges))
    assert all(edge.origin is Origin.LIVE for edge in stale)
