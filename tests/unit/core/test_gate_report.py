"""What the gate of a program wrote, and the review of a preview that it stopped."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.graph import Naming
from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.review.document import EdgeChange
from pulumi_functiongraph.core.review.gate_report import parse_gate_report, untold
from pulumi_functiongraph.core.stack import parse_preview
from unit.core.gate_reports import (
    LOOP,
    STACK,
    STOPPED,
    UNREAD,
    cycle_of,
    failed,
    report,
    reviewed,
)
from unit.core.graph.shapes import edge, fn, judge, live
from unit.core.stack.told import preview, state, step, to_fn


def test_a_report_is_read_back_as_it_was_written() -> None:
    written = report().model_dump_json(by_alias=True, exclude_none=True)

    assert parse_gate_report(written) == report()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 2}'])
def test_what_is_no_report_is_refused_with_how_to_make_one(content: str) -> None:
    with pytest.raises(InvalidInput, match="FUNCTIONGRAPH_REPORT=report"):
        parse_gate_report(content)


def test_a_preview_that_the_gate_stopped_is_judged_as_a_whole() -> None:
    document = reviewed(report(), state("a", inputs={"onSuccess": to_fn("b")}))

    assert document.is_stopped
    assert document.unjudged == ()
    assert [each.rule for each in document.errors] == ["FGN101"]
    assert [each.id for each in document.cycles] == [LOOP.cycles[0].id]


def test_of_what_a_stopped_preview_does_not_show_a_review_says_so() -> None:
    document = reviewed(report(), state("a", inputs={"onSuccess": to_fn("b")}))

    assert not document.is_complete
    (missing,) = document.missing
    assert missing.startswith("what would be created, updated or deleted: ")
    assert "gate stopped the preview" in missing


def test_its_edges_are_laid_beside_what_the_stack_has_now() -> None:
    verdict = judge([edge("a", "b"), edge("b", "a"), live("c", "a")])
    states = (
        state("a", inputs={"onSuccess": to_fn("b")}),
        state("d", inputs={"onSuccess": to_fn("a")}),
    )

    document = reviewed(report(verdict), *states)

    changes = {(each.source, each.target): each.change for each in document.edges}
    assert changes == {
        (fn("a").key, fn("b").key): EdgeChange.SAME,
        (fn("b").key, fn("a").key): EdgeChange.ADDED,
        (fn("c").key, fn("a").key): EdgeChange.SAME,
        (fn("d").key, fn("a").key): EdgeChange.REMOVED,
    }
    assert {each.key for each in document.nodes} == {fn(name).key for name in "abcd"}


def test_another_failure_beside_it_leaves_the_review_incomplete() -> None:
    document = reviewed(report(), messages=(STOPPED, "error: no such region"))

    assert (document.is_complete, document.is_stopped) == (False, False)
    assert "FGN101" in {each.rule for each in document.errors}


def test_of_a_preview_that_went_on_what_the_gate_alone_knows_is_added() -> None:
    warned = cycle_of(LOOP, severity=Severity.WARNING)
    told = parse_preview(preview(step("create", new=state("z"))))

    document = review(told, gate=report(LOOP, warned))

    assert warned in document.findings
    assert not document.is_stopped
    assert [each.id for each in document.cycles] == [LOOP.cycles[0].id]


def test_what_both_know_is_told_once() -> None:
    told = parse_preview(
        preview(
            step("create", new=state("a", inputs={"onSuccess": to_fn("b")})),
            step("create", new=state("b", inputs={"onSuccess": to_fn("a")})),
        )
    )
    own = review(told)

    document = review(told, gate=report(LOOP, *own.findings))

    assert document.findings == own.findings
    assert document.cycles == own.cycles


def test_a_report_with_an_edge_that_leads_nowhere_is_refused() -> None:
    whole = json.loads(report().model_dump_json(by_alias=True))
    whole["graph"]["edges"][0]["source"] = "nowhere"

    with pytest.raises(InvalidInput, match="edges between nodes that it does not have"):
        parse_gate_report(json.dumps(whole))


WENT_ON = parse_preview(preview(step("create", new=state("z", inputs={"onFailure": to_fn("y")}))))


def test_what_the_gate_could_not_read_is_missing_of_the_review() -> None:
    document = review(WENT_ON, gate=report(UNREAD))

    assert not document.is_complete
    assert document.missing == (f"the gate could not read {fn('b').name}: not read in time",)


def test_what_the_gate_could_not_read_makes_one_that_it_stopped_unjudged() -> None:
    assert reviewed(report(UNREAD, cycle_of(LOOP))).unjudged != ()


def test_a_target_that_is_known_at_apply_alone_leaves_nothing_missing() -> None:
    open_end = replace(fn("b"), naming=Naming.UNKNOWN)

    verdict = judge([edge("a", open_end)])

    assert not verdict.is_proved_acyclic
    assert review(WENT_ON, gate=report(verdict)).is_complete


def test_many_that_the_gate_could_not_read_are_counted() -> None:
    names = [f"f{number}" for number in range(14)]
    verdict = judge([edge("a", name) for name in names], unreadable={fn(n): "403" for n in names})

    missing = review(WENT_ON, gate=report(verdict)).missing

    assert (len(missing), missing[-1]) == (11, "the gate could not read 4 more nodes")


def test_what_the_gate_could_not_verify_is_missing_too() -> None:
    open_check = Finding(
        rule="FGN210", severity=Severity.WARNING, subject="pre-check", message="not everything"
    )

    document = review(WENT_ON, gate=report(judge([edge("a", "b")]), open_check))

    assert [each.partition(":")[0] for each in document.missing] == [
        "whether all notifications would arrive"
    ]


@pytest.mark.parametrize(("op", "change"), [("same", EdgeChange.UNKNOWN), ("create", "added")])
def test_without_state_an_edge_is_new_only_of_a_stack_that_is_created(
    op: str, change: EdgeChange
) -> None:
    said = [{"severity": "error", "message": STOPPED}]
    told = parse_preview(preview(step(op, new=STACK), diagnostics=said))

    edges = review(told, gate=report(judge([edge("a", "b"), edge("b", "a"), live("c", "a")]))).edges

    changes = {each.source: each.change for each in edges}
    assert changes == {fn("a").key: change, fn("b").key: change, fn("c").key: EdgeChange.SAME}


def test_a_gate_that_does_not_say_what_it_could_not_read_leaves_all_of_it_missing() -> None:
    whole = json.loads(report(judge([edge("a", "b")])).model_dump_json(by_alias=True))
    whole["graph"]["isComplete"] = False

    document = review(WENT_ON, gate=parse_gate_report(json.dumps(whole)))

    assert document.missing == ("the gate could not read all that is live",)


def test_findings_that_its_own_preview_would_have_told_are_found_missing() -> None:
    found = cycle_of(LOOP)
    accepted = found.model_copy(update={"acknowledged": "on purpose"})
    gate = report(LOOP, found, accepted)

    assert untold(gate, failed("error: no such region")) == (found,)
    assert untold(gate, failed("FGN101 error: notify-a.on_success: …")) == ()
    assert untold(gate, failed("FGN101 error: [secret].on_success: …")) == ()
