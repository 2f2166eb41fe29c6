"""The text that the terminal and the gate show of a graph."""

from __future__ import annotations

import pytest

from pulumi_functiongraph.core.graph import CycleAnalysis, NodeKind, Origin, nodes
from pulumi_functiongraph.report.graph.text import MOST_LINES, graph_text, report_lines
from unit.core.graph.shapes import edge, fn, judge, live, topic, trigger
from unit.report.graphs import chain, chain_and_ring, complete, everything, hostile, ring_of

CUT = "a smallest cut, it leaves no cycle among these nodes"
REMEDY = (
    "  remedy: send the results elsewhere, or where the loop is intended and something ends it, "
    'write allow_cycle="reason" in that target'
)
SHOWN = "shown are the cycles, what is unknown, and one edge around"


def block(start: str, lines: list[str]) -> list[str]:
    """The lines of one block, from its first line to the empty one."""
    first = next(at for at, line in enumerate(lines) if line.startswith(start))
    rest = lines[first:]
    return rest[: rest.index("")] if "" in rest else rest


def test_a_cycle_is_told_with_path_edge_to_remove_cost_and_remedy() -> None:
    verdict = judge(
        [
            edge("a", "b", where="__main__.py:3", path="onSuccess", retries=2),
            edge("b", "a", where="__main__.py:9", path="onSuccess", retries=0),
        ]
    )
    (cycle,) = verdict.cycles

    assert report_lines(verdict) == [
        f"cycle {cycle.id}: 2 edges",
        "    a",
        "      → success: notify-a.on_success (__main__.py:3)",
        "    b",
        "      → success: notify-b.on_success (__main__.py:9)",
        "    a",
        f"  breaks it: remove notify-a.on_success (__main__.py:3); {CUT}",
        f"  cost: {cycle.cost}",
        REMEDY,
    ]


def test_nothing_is_reported_of_a_graph_that_is_proved_acyclic() -> None:
    assert report_lines(chain(3)) == []
    assert report_lines(judge([])) == []


def test_each_component_is_told_once_with_an_empty_line_between() -> None:
    lines = report_lines(everything())

    starts = [line for line in lines if line.startswith(("cycle", "acknowledged cycle", "cannot"))]
    assert len(starts) == 5
    assert lines.count("") == 4
    assert lines[0].startswith("cycle")


def test_an_acknowledged_cycle_is_shown_as_acknowledged_with_its_reason_and_no_remedy() -> None:
    told = block("acknowledged cycle", report_lines(everything()))

    assert told[-1] == "  acknowledged: notify-e.on_success: ends after an hour"
    assert not [line for line in told if "remedy" in line or "breaks it" in line]


def test_an_acknowledged_edge_beside_an_error_is_told_with_it() -> None:
    verdict = judge(
        [edge("a", "b"), edge("b", "a"), edge("b", "b", acknowledged="ends", path="onFailure")]
    )

    assert "  acknowledged beside it: notify-b.on_failure: ends" in report_lines(verdict)


def test_an_edge_that_the_update_removes_is_to_be_removed_first() -> None:
    verdict = judge(
        [
            edge("a", "b", path="onSuccess"),
            live("b", "a", origin=Origin.REMOVED, resource="old", path="onSuccess", where="m.py:1"),
        ]
    )
    lines = report_lines(verdict)

    assert "      → success: old.on_success (m.py:1), removed by this update" in lines
    assert (
        "  first: in an update of its own, remove old.on_success (m.py:1): it is live until Pulumi "
        "deletes it, and that is the last thing an update does" in lines
    )
    assert "  breaks it: remove notify-a.on_success; a" in "\n".join(lines)


def test_a_removed_edge_alone_needs_no_other_remedy() -> None:
    told = report_lines(judge([live("a", "a", origin=Origin.REMOVED)]))

    assert "      → success: live, removed by this update" in told
    assert f"  first: in an update of its own, remove success of {fn('a')}: " in "\n".join(told)
    assert not [line for line in told if "remedy" in line]


def test_a_cycle_that_is_all_deployed_says_whose_config_to_change() -> None:
    told = report_lines(judge([live("a", "b"), live("b", "a")]))

    assert f"  breaks it: remove success of {fn('a')}; a smallest cut" in "\n".join(told)
    assert (
        f"  remedy: change the config of {fn('a')} where it is managed; nothing of this cycle is "
        "declared here" in told
    )
    assert "allow_cycle" not in "\n".join(told)


def test_a_trigger_on_the_path_is_told_with_its_suffix_and_place() -> None:
    told = "\n".join(report_lines(everything()))

    assert "      → trigger: declared (__main__.py:5), keys that end with .json" in told
    assert "remove notify-c.on_failure (__main__.py:4)" in told


def test_a_trigger_whose_source_is_unknown_is_named_by_its_ends() -> None:
    source = nodes.unknown(NodeKind.TOPIC, at="Trigger.source")
    told = report_lines(judge([trigger(source, "a", where="m.py:2")]))

    assert f"    source of the trigger of {fn('a')} on {source} (m.py:2)" in told


def test_a_cut_that_takes_several_edges_is_listed_with_its_proof() -> None:
    told = report_lines(complete(3))

    assert "cycle" in told[0]
    assert told[0].endswith("1 edge, one of the cycles among 3 nodes")
    assert "  leaves no cycle among these nodes: remove 6 edges (a smallest set)" in told
    assert len([line for line in told if line.startswith("    - notify-f")]) == 6


def test_a_cut_of_a_large_component_is_not_called_a_smallest_set_and_cut_short() -> None:
    told = report_lines(complete(14))

    assert (
        "  leaves no cycle among these nodes: remove 105 edges (none of them can be left out)"
        in told
    )
    assert len([line for line in told if line.startswith("    - ")]) == MOST_LINES
    assert f"    … and {105 - MOST_LINES} more" in told


def test_a_long_path_shows_its_beginning_and_its_end() -> None:
    told = report_lines(ring_of(1000))

    assert f"    … {1000 - MOST_LINES} edges more …" in told
    assert len([line for line in told if line.startswith("      → ")]) == MOST_LINES
    assert told[1] == "    f0000"
    assert "    f0999" in told


@pytest.mark.parametrize("length", [MOST_LINES, MOST_LINES - 1])
def test_a_path_that_fits_is_shown_whole(length: int) -> None:
    told = report_lines(ring_of(length))

    assert len([line for line in told if line.startswith("      → ")]) == length
    assert "…" not in "".join(told)


def test_what_is_unknown_is_listed() -> None:
    told = block("cannot prove acyclic", report_lines(everything()))

    assert told[0].startswith("cannot prove acyclic: ")
    assert "    target of notify-h" in told
    assert "    source of i" in told
    assert f"    {fn('u')}: 403: functiongraph:function:getConfig is missing" in told
    assert any(line.endswith("!prod: which version it stands for is not known") for line in told)


@pytest.mark.parametrize(
    ("verdict", "summary"),
    [
        (judge([]), "0 nodes, 0 edges: no cycle"),
        (chain(1), "2 nodes, 1 edge: no cycle"),
        (ring_of(2), "2 nodes, 2 edges: 1 cycle"),
        (
            judge([edge("a", "a", acknowledged="ends")]),
            "1 node, 1 edge: 1 cycle acknowledged",
        ),
        (
            everything(),
            "20 nodes, 15 edges: 3 cycles, 1 cycle acknowledged, cannot say whether there are more",
        ),
    ],
)
def test_the_first_line_counts_what_was_found(verdict: CycleAnalysis, summary: str) -> None:
    assert graph_text(verdict).splitlines()[0] == summary


def test_a_graph_that_proves_nothing_does_not_say_that_there_is_no_cycle() -> None:
    verdict = judge([edge("a", nodes.unknown(NodeKind.FUNCTION, at="x"))])

    assert graph_text(verdict).startswith("2 nodes, 1 edge: cannot say whether there is a cycle\n")


def test_notes_follow_the_first_line() -> None:
    lines = graph_text(chain(1), notes=["one", "two"]).splitlines()

    assert lines[1:3] == ["note: one", "note: two"]


def test_a_small_graph_is_listed_by_its_sources_with_marks() -> None:
    verdict = judge(
        [
            *(edge("a", "b"), edge("b", "a")),
            edge("c", "c", acknowledged="ok"),
            edge("b", topic("t")),
        ]
    )
    lines = graph_text(verdict).splitlines()

    start = lines.index("edges (! on a cycle, ~ on an acknowledged one)")
    assert lines[start + 1 :] == [
        "    a",
        "    ! success → b: notify-a",
        "    b",
        "    ! success → a: notify-b",
        "      success → t: notify-b",
        "    c",
        "    ~ success → c: notify-c",
    ]


def test_a_large_graph_is_cut_to_the_cycle_and_one_edge_around() -> None:
    text = graph_text(chain_and_ring(500))

    assert "      success → a: notify-f500" in text
    assert "notify-f499" not in text
    assert "500 nodes and 500 edges are not drawn: shown are the cycles" in text


def test_a_large_graph_without_a_finding_is_only_counted() -> None:
    lines = graph_text(chain(500)).splitlines()

    assert lines == [
        "501 nodes, 500 edges: no cycle",
        "",
        f"    501 nodes and 500 edges are not drawn: {SHOWN}",
    ]


def test_no_name_can_control_a_terminal_or_break_a_line() -> None:
    text = graph_text(hostile(), notes=["fine"])

    assert all(character.isprintable() or character == "\n" for character in text)
    assert text.encode()
    assert r"\x1b[31m\ud800" in text
