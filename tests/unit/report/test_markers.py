"""The first line of a report as Markdown, by which its comment is found again."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.core.drift.comparison import compare
from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.stack import parse_preview
from pulumi_functiongraph.report.drift.markdown import drift_markdown
from pulumi_functiongraph.report.markdown import marker
from pulumi_functiongraph.report.review.markdown import review_markdown
from unit.core.drifts import world
from unit.core.stack.told import preview, state, step

STACKS = st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4)


def first_line(text: str) -> str:
    return text.partition("\n")[0]


def test_a_review_is_marked_with_its_stack() -> None:
    def of(stack: str) -> str:
        told = preview(step("create", new=state("a", stack=stack)))
        return first_line(review_markdown(review(parse_preview(told))))

    assert of("dev") == "<!-- fgctl review: stack dev of project shop -->"
    assert of("my--prod") == "<!-- fgctl review: stack my-%2Dprod of project shop -->"


def test_a_review_of_nothing_is_marked_too() -> None:
    told = json.dumps({"steps": [], "changeSummary": {"same": 1}})

    assert first_line(review_markdown(review(parse_preview(told)))) == "<!-- fgctl review -->"


def test_a_drift_report_is_marked_with_its_stacks_also_with_those_that_declare_nothing() -> None:
    document = compare([], world(), stacks=["stack prod of project shop", "stack dev of project a"])

    assert first_line(drift_markdown(document)) == (
        "<!-- fgctl drift: stack dev of project a, stack prod of project shop -->"
    )


@given(STACKS, STACKS)
def test_a_marker_is_one_comment_of_html_and_tells_stacks_apart(
    one: set[str], other: set[str]
) -> None:
    mark = marker("drift", one)

    assert mark.isascii()
    assert mark.startswith("<!-- fgctl drift")
    assert mark.endswith(" -->")
    assert not {"--", ">", "\n"} & {mark[4:-3][at : at + n] for n in (1, 2) for at in range(999)}
    assert (mark == marker("drift", other)) is (one == other)


def test_a_marker_of_many_stacks_is_short() -> None:
    stacks = [f"stack number-{number} of project shop" for number in range(100)]

    assert len(marker("drift", stacks)) < 100
    assert marker("drift", stacks) == marker("drift", reversed(stacks))
    assert marker("drift", stacks) != marker("drift", stacks[1:])
