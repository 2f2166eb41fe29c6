"""A graph is drawn so that it can be read: all of it is there, and nothing is over another."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_functiongraph.core.graph import NodeKind
from pulumi_functiongraph.report.drawing.captions import BESIDE, BOX, LEAF, cells, wrapped
from pulumi_functiongraph.report.drawing.drawn import WIDEST, Drawing, DrawnPart, drawing
from pulumi_functiongraph.report.drawing.outlines import Rectangle
from pulumi_functiongraph.report.drawing.parts import MANY, SHARED
from pulumi_functiongraph.report.drawing.subject import Arrow, Vertex
from unit.report.drawings import SHARED_TOPIC, SIZES, arrow, function, tangle, team

Graph = tuple[list[Vertex], list[Arrow]]


@pytest.fixture(
    scope="module",
    params=[(make, size) for make in (team, tangle) for size in SIZES],
    ids=lambda held: f"{held[0].__name__}-{held[1]}",
)
def graph(request: pytest.FixtureRequest) -> Graph:
    make: Callable[[int], Graph]
    make, size = request.param
    return make(size)


@pytest.fixture(scope="module")
def drawn(graph: Graph) -> Drawing:
    return drawing(*graph)


def test_every_edge_is_drawn_once(graph: Graph, drawn: Drawing) -> None:
    assert Counter(each.arrow for part in drawn.parts for each in part.arrows) == Counter(graph[1])


def test_every_node_has_one_box_at_most_and_only_leaves_are_repeated(
    graph: Graph, drawn: Drawing
) -> None:
    boxes = [box for part in drawn.parts for box in part.boxes]
    own = Counter(box.vertex.key for box in boxes if not box.is_leaf)

    assert {box.vertex.key for box in boxes} == {vertex.key for vertex in graph[0]}
    assert set(own.values()) == {1}
    assert {box.has_box for box in boxes if box.vertex.key in own} == {True}


def test_no_box_is_over_another_or_outside(drawn: Drawing) -> None:
    for part in drawn.parts:
        whole = Rectangle(0, 0, float(part.width), float(part.height))
        for one, two in combinations([box.frame for box in part.boxes], 2):
            assert not one.overlaps(two)
        assert all(_within(box.frame, whole) for box in part.boxes)


def test_labels_are_inside_their_boxes(drawn: Drawing) -> None:
    for box in (box for part in drawn.parts for box in part.boxes):
        font = LEAF if box.is_leaf else BOX
        for text in box.texts:
            width = font.width(text.text)
            assert width <= box.frame.width
            assert box.frame.top < float(text.y) - font.size / 2
            assert float(text.y) < box.frame.bottom
        assert [text.text for text in box.texts] == list(wrapped(box.vertex.label))


def test_what_stands_beside_an_arrow_is_over_no_box_and_no_other_label(drawn: Drawing) -> None:
    for part in drawn.parts:
        beside = [each.beside for each in part.arrows]
        for one, two in combinations(beside, 2):
            assert not one.overlaps(two)
        assert not [box for box in part.boxes for each in beside if box.frame.overlaps(each)]


def test_no_arrow_runs_through_a_box(drawn: Drawing) -> None:
    for part in drawn.parts:
        for held in part.arrows:
            for frame in _reached_by(held.corners):
                assert not [box for box in part.boxes if box.frame.overlaps(frame)]


def test_every_arrow_ends_at_the_left_side_of_its_target(drawn: Drawing) -> None:
    for part in drawn.parts:
        for held in part.arrows:
            x, y = held.corners[-1]
            assert [
                box.number
                for box in part.boxes
                if abs(box.frame.left - x) < 0.01 and box.frame.top <= y <= box.frame.bottom
            ] == [held.target]


def test_a_part_is_no_wider_than_a_page_has_room_for(drawn: Drawing) -> None:
    assert max(float(part.width) for part in drawn.parts) < WIDEST * 1.2


def test_cycles_are_drawn_first() -> None:
    vertices, arrows = team(60)

    shown = drawing(list(reversed(vertices)), arrows).parts

    assert [part.title.startswith("cycle: ") for part in shown][:3] == [True, True, False]


def test_a_target_that_many_share_is_drawn_at_each_of_them() -> None:
    sources = [f"f{number}" for number in range(SHARED)]
    topic = Vertex("t", NodeKind.TOPIC, "alarms", "t")
    notes = [arrow(source, "t") for source in sources]

    shown = drawing([*map(function, sources), topic], notes)

    assert len(shown.parts) == SHARED
    assert (shown.has_leaves, shown.has_references) == (True, False)
    assert [box.vertex.key for part in shown.parts for box in part.boxes if box.is_leaf] == [
        "t"
    ] * SHARED


def test_one_that_many_notify_and_that_passes_on_has_a_box_of_its_own_as_well() -> None:
    shown = drawing(*team(400))

    copies = [box for part in shown.parts for box in part.boxes if box.vertex.key == SHARED_TOPIC]

    assert Counter(box.is_leaf for box in copies)[False] == 1
    assert all(box.has_box for box in copies)
    assert shown.has_references


def test_a_long_chain_goes_on_below() -> None:
    names = [f"f{number:02}" for number in range(40)]

    shown = drawing(list(map(function, names)), [arrow(*ends) for ends in pairwise(names)])

    (part,) = shown.parts
    assert float(part.width) < WIDEST * 1.2
    assert float(part.height) > 300


def test_a_tangle_is_cut_into_parts_that_name_what_they_lead_to() -> None:
    shown = drawing(*tangle(400))

    assert max(_detours(part) for part in shown.parts) <= 20
    assert any(box.is_leaf and box.has_box for part in shown.parts for box in part.boxes)


def fanned(size: int) -> Graph:
    """Functions that publish to three topics, which trigger half of them, and fail to one."""
    names = [f"f{number}" for number in range(size)]
    topics = [Vertex(f"t{at}", NodeKind.TOPIC, f"t{at}", f"t{at}") for at in range(3)]
    arrows = [arrow(name, f"t{at % 3}") for at, name in enumerate(names)]
    arrows += [arrow(f"t{(at + 1) % 3}", names[at], "trigger") for at in range(1, size, 2)]
    arrows += [arrow(name, names[-1], "failure") for name in names[:-1]]
    return [*map(function, names), *topics], arrows


@pytest.mark.parametrize("size", SIZES)
def test_a_box_that_many_share_is_drawn_once_and_named_at_each_of_them(size: int) -> None:
    shown = drawing(*fanned(size))

    boxes = [box for part in shown.parts for box in part.boxes]
    copies = [box for box in boxes if box.vertex.key == f"f{size - 1}"]
    assert max(box.frame.height for box in boxes) < MANY * 20
    assert [box.is_leaf for box in copies].count(False) == 1
    assert len(copies) >= size


def test_what_is_on_a_shown_cycle_is_joined_by_arrows_also_where_many_share_it() -> None:
    vertices, arrows = fanned(60)
    ring = [("f59", "t2"), ("t2", "f1"), ("f1", "f59")]
    circling = [
        arrow(each.source, each.target, each.label, circles=(each.source, each.target) in ring)
        for each in arrows
    ]

    shown = drawing(vertices, circling)

    leaves = [box.vertex.key for part in shown.parts for box in part.boxes if box.is_leaf]
    assert shown.parts[0].title.startswith("cycle: f1, ")
    assert leaves.count("f59") == 59  # of 60 sources, but for the one on the cycle
    assert "f1" not in leaves


_KEYS = st.sampled_from("abcdefgh")


@settings(max_examples=60)
@given(
    st.lists(st.builds(arrow, _KEYS, _KEYS, st.sampled_from(["success", "failure"])), unique=True)
)
def test_any_graph_is_drawn_whole_and_the_same_way_each_time(arrows: list[Arrow]) -> None:
    vertices = [function(key) for key in "abcdefgh"]

    shown = drawing(vertices, arrows)

    test_every_edge_is_drawn_once((vertices, arrows), shown)
    test_no_box_is_over_another_or_outside(shown)
    test_no_arrow_runs_through_a_box(shown)
    assert drawing(vertices, arrows) == shown


@given(st.text(max_size=300))
def test_a_label_of_any_text_has_at_most_five_lines_of_26_characters(text: str) -> None:
    lines = wrapped(text)

    assert len(lines) <= 5
    assert max(map(cells, lines)) <= 26
    whole, shown = ("".join(each.split()) for each in (text, "".join(lines)))
    if shown != whole:
        begin, _, end = shown.rpartition("…")
        assert whole.startswith(begin)
        assert whole.endswith(end)


@given(st.text(string.ascii_letters + "-_/:.", max_size=60))
def test_a_label_of_60_characters_is_shown_whole(text: str) -> None:
    assert "".join(wrapped(text)) == text


def test_a_label_is_broken_behind_a_mark() -> None:
    assert wrapped("invoice-archive-monthly-report") == ("invoice-archive-monthly-", "report")
    assert BESIDE.width("failure") < 45


def _within(frame: Rectangle, whole: Rectangle) -> bool:
    return (
        frame.left >= 0
        and frame.top >= 0
        and frame.right <= whole.right
        and frame.bottom <= whole.bottom
    )


def _reached_by(corners: Sequence[tuple[float, float]]) -> list[Rectangle]:
    """What each piece of a line can touch, less a hair's breadth at its ends."""
    hair = 0.5
    return [
        Rectangle(
            min(one[0], two[0]) + hair,
            min(one[1], two[1]) + hair,
            max(abs(one[0] - two[0]) - 2 * hair, 0.0),
            max(abs(one[1] - two[1]) - 2 * hair, 0.0),
        )
        for one, two in pairwise(corners)
    ]


def _detours(part: DrawnPart) -> int:
    """How many arrows run around boxes that are not their own."""
    own = {each.number: each.vertex.key for each in part.boxes}
    return sum(
        each.corners[0][0] >= each.corners[-1][0] and own[each.source] != own[each.target]
        for each in part.arrows
    )
