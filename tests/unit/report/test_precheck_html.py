"""A pre-check as a page of HTML, as Markdown, and as lines in colours."""

from __future__ import annotations

import re
from html import unescape

import pytest

from factories import finding
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.report.markdown import MOST_CHARACTERS
from pulumi_functiongraph.report.precheck.html import precheck_html
from pulumi_functiongraph.report.precheck.markdown import precheck_markdown
from pulumi_functiongraph.report.precheck.text import precheck_lines, precheck_text

HOSTILE = "<script>alert(1)</script>\x1b[31m"


def answer(
    outcome: CheckOutcome, *, check: Check = Check.PERMISSION, why: str = "why", resource: str = "n"
) -> CheckResult:
    return CheckResult(
        resource, "onFailure", check, outcome, why, remedy="grant it", where="m.py:3"
    )


def document(*outcomes: CheckOutcome, missing: tuple[str, ...] = ()) -> PrecheckDocument:
    denied = CheckOutcome.DENIED in outcomes
    found = (finding(severity=Severity.ERROR),) if denied else ()
    return PrecheckDocument(tuple(map(answer, outcomes)), found, missing)


def test_answers_are_listed_the_worst_first_and_in_words_and_signs() -> None:
    outcomes = (CheckOutcome.ALLOWED, CheckOutcome.UNKNOWN, CheckOutcome.DENIED)

    shown = precheck_html(document(*outcomes))

    assert re.findall(r"<b>(. \w+ \(\d\))</b>", shown) == [
        "✗ denied (1)",
        "? unknown (1)",
        "✓ allowed (1)",
    ]
    assert shown.count("<details open>") == 2


def test_an_answer_says_what_was_asked_of_what_why_and_what_to_do() -> None:
    row = re.findall(r"<tr><td>.*</td></tr>", precheck_html(document(CheckOutcome.DENIED)))[0]

    for part in (Check.PERMISSION, "n.on_failure", "m.py:3", "why", "grant it"):
        assert part in row


@pytest.mark.parametrize(
    ("checked", "tone"),
    [
        (document(CheckOutcome.ALLOWED), "good"),
        (document(CheckOutcome.ALLOWED, CheckOutcome.UNKNOWN), "warn"),
        (document(CheckOutcome.ALLOWED, missing=("agencies",)), "warn"),
        (document(CheckOutcome.DENIED, CheckOutcome.UNKNOWN), "bad"),
    ],
)
def test_page_and_first_line_say_by_colour_how_bad_it_is(
    checked: PrecheckDocument, tone: str
) -> None:
    first, *_ = precheck_lines(checked)

    assert first.tone == tone
    assert f'class="verdict {tone}"><b>{first.text}</b>' in precheck_html(checked)


def test_what_was_not_read_stands_beside_the_verdict() -> None:
    checked = PrecheckDocument((), (), missing=("the agencies",), notes=("a note",))

    shown = unescape(precheck_html(checked))

    assert "cannot say whether all notifications arrive" in shown
    assert '<b class="warn">cannot say:</b> the agencies' in shown
    assert "a note" in shown


def test_texts_of_elsewhere_are_escaped() -> None:
    hostile = answer(CheckOutcome.UNKNOWN, why=HOSTILE, resource=HOSTILE)
    checked = PrecheckDocument((hostile,), (), missing=(HOSTILE,), notes=(HOSTILE,))

    for shown in (precheck_html(checked), precheck_text(checked)):
        assert "\x1b" not in shown
    assert "<script" not in precheck_html(checked)


def test_markdown_begins_with_its_mark_and_says_what_is_found_and_what_is_not_known() -> None:
    lines = precheck_markdown(document(CheckOutcome.DENIED, missing=(HOSTILE,))).splitlines()

    assert lines[0] == "<!-- fgctl precheck -->"
    assert lines[3].startswith("**1 config, 1 question: 0 allowed, 1 denied, 0 unknown; cannot say")
    assert lines[5].startswith("- cannot say: &#60;script&#62;")
    assert lines[7] == "### findings"
    assert lines[9].startswith("- ")
    assert "\x1b" not in "".join(lines)


def test_a_long_markdown_is_cut_and_says_how_much_is_left_out() -> None:
    text = precheck_markdown(
        document(missing=tuple(f"{number}{'x' * 900}" for number in range(99)))
    )

    assert len(text) <= MOST_CHARACTERS
    assert re.search(r"… and \d+ more, see the JSON or the HTML report", text)
