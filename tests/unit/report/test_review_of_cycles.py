"""The path, the cut and the cost of a cycle in each form of a review."""

from __future__ import annotations

import json
from html import unescape

import pytest

from pulumi_functiongraph.core.graph.json_parts import cycle_part
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.report.review.html import review_html
from pulumi_functiongraph.report.review.json import review_json
from pulumi_functiongraph.report.review.markdown import review_markdown
from pulumi_functiongraph.report.review.phrases import cycle_of
from pulumi_functiongraph.report.review.sarif import review_sarif
from pulumi_functiongraph.report.review.text import review_text
from pulumi_functiongraph.report.sarif import SarifTool
from unit.core.gate_reports import LOOP, report, reviewed
from unit.core.graph.shapes import edge, judge, live, ring

STOPPED = reviewed(report())


def sarif(document: ReviewDocument) -> str:
    return review_sarif(document, tool=SarifTool("0", RULES))


@pytest.mark.parametrize("form", [review_text, review_markdown, review_html, sarif])
def test_every_form_has_the_path_the_cut_and_the_cost(form: object) -> None:
    text = unescape(form(STOPPED))  # type: ignore[operator]  # one of four functions

    assert "a → b: success, notify-a.on_success" in text
    assert "breaks it: remove notify-" in text
    assert "2 to 4 runs per lap" in text


@pytest.mark.parametrize("form", [review_text, review_markdown, review_html])
def test_that_the_program_stopped_the_preview_is_said_where_changes_would_be(form: object) -> None:
    assert "stopped the preview, so what would change is not known" in form(STOPPED)  # type: ignore[operator]  # same


@pytest.mark.parametrize("form", [review_text, review_markdown, review_html])
def test_the_verdict_on_a_stopped_preview_is_what_its_gate_found(form: object) -> None:
    text = form(STOPPED)  # type: ignore[operator]  # same

    assert "1 error found" in text
    assert "whether there are more" not in text
    assert "cannot say:" in text


def test_a_machine_is_told_that_a_stopped_preview_is_not_the_whole() -> None:
    (invocation,) = json.loads(sarif(STOPPED))["runs"][0]["invocations"]

    assert invocation["executionSuccessful"] is False
    assert json.loads(review_json(STOPPED))["isComplete"] is False


def test_a_finding_about_no_cycle_has_none() -> None:
    (finding,) = STOPPED.errors
    other = finding.model_copy(update={"message": "cycle 00000000: x"})

    assert cycle_of(other, STOPPED) == ()


def told(verdict: object) -> tuple[str, ...]:
    document = reviewed(report(verdict))  # type: ignore[arg-type]  # a verdict
    return cycle_of(document.errors[0], document)


def test_a_long_path_and_a_cut_of_several_edges_are_told_short() -> None:
    names = [f"f{number:02}" for number in range(40)]
    verdict = judge([*ring(*names), *(edge(name, "f00") for name in ("f10", "f20"))])
    both = judge([edge("a", "b"), edge("b", "a"), edge("b", "c"), edge("c", "b")])

    assert len(cycle_part(verdict.cycles[0]).path) <= 40
    assert any(line.startswith("leaves no cycle: remove 2 edges: ") for line in told(both))
    long = told(judge(ring(*names)))
    assert "… 10 edges more …" in long


def test_live_edges_are_told_with_whom_they_are_of() -> None:
    lines = told(judge([edge("a", "b"), live("b", "a")]))

    assert any("live, success of urn:fss:" in line for line in lines)
    assert LOOP.cycles
