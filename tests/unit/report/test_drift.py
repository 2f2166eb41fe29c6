"""A drift report in every form: as the golden files have it, whole, cut, and without a secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from factories import function_urn, to_bucket
from pulumi_functiongraph.core.drift.comparison import compare
from pulumi_functiongraph.core.drift.document import DriftDocument, DriftStatus
from pulumi_functiongraph.core.drift.inputs import LiveReading, UnreadConfig
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.schemas import SCHEMAS
from pulumi_functiongraph.report.drift.html import drift_html
from pulumi_functiongraph.report.drift.json import drift_json
from pulumi_functiongraph.report.drift.markdown import drift_markdown
from pulumi_functiongraph.report.drift.sarif import KINDS
from pulumi_functiongraph.report.drift.text import drift_lines, drift_text
from pulumi_functiongraph.report.markdown import MOST_CHARACTERS
from unit.core.drifts import declared, every_kind, live, world
from unit.report.drifts import FORMS, as_sarif
from unit.report.sarif_schema import OFFICIAL

GOLDEN = Path(__file__).parents[2] / "golden" / "drift"
NASTY = "a</td>|`*_[x](http://x)<script>\x1b[31m\n\n# h"


@pytest.mark.parametrize("name", FORMS)
def test_the_form_is_as_the_golden_file_has_it(name: str) -> None:
    file = GOLDEN / name

    assert file.read_text(encoding="utf-8") == FORMS[name](every_kind()), (
        f"{file} is stale; if that is meant, rewrite it: python -m unit.report.test_drift in tests"
    )


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=20)
@given(secret=st.from_regex(r"canary[a-z0-9-]{0,20}x", fullmatch=True))
def test_no_form_contains_a_secret(name: str, secret: str) -> None:
    assert "canary" not in FORMS[name](every_kind(secret=secret))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_the_same_report_is_the_same_text(name: str) -> None:
    assert FORMS[name](every_kind()) == FORMS[name](every_kind())


def test_the_json_is_as_its_schema_says() -> None:
    told = json.loads(drift_json(every_kind()))

    assert list(Draft202012Validator(SCHEMAS["drift"]()).iter_errors(told)) == []


def test_the_sarif_is_as_the_official_schema_says() -> None:
    log = json.loads(as_sarif(every_kind()))

    assert list(OFFICIAL.iter_errors(log)) == []
    results = log["runs"][0]["results"]
    assert {each["ruleId"] for each in results} == {kind.id for kind in KINDS} | {
        "FGN002",
        "FGN101",
    }
    changed = next(each for each in results if each["ruleId"] == "drift-changed")
    place = changed["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "__main__.py"}, "region": {"startLine": 7}}


@pytest.mark.parametrize("name", ["drift.text", "drift.md", "drift.html"])
def test_of_coverage_nothing_is_known_where_a_part_was_not_read(name: str) -> None:
    shown = FORMS[name](compare([declared()], world(live(), stray=UnreadConfig("HTTP 403"))))

    assert "coverage unknown" in shown
    assert "100.0%" not in shown


def test_json_has_no_coverage_where_a_part_was_not_read() -> None:
    shown = drift_json(compare([declared()], world(live(), stray=UnreadConfig("HTTP 403"))))

    assert "coverage" not in json.loads(shown)


def test_what_is_in_sync_is_counted_and_not_listed() -> None:
    document = compare([declared(onFailure=to_bucket())], world(live(onFailure=to_bucket())))

    assert drift_text(document) == (
        "no drift: 1 in sync, coverage 100.0% (1 of 1 live config declared)\n"
    )
    assert json.loads(as_sarif(document))["runs"][0]["results"] == []


def with_errors(number: int, **others: LiveReading) -> DriftDocument:
    """A report with so many findings that are errors, and one that is a warning."""
    found = [
        Finding(rule="FGN101", severity=severity, subject=f"f{place}", message="loops", remedy="")
        for severity, size in ((Severity.ERROR, number), (Severity.WARNING, 1))
        for place in range(size)
    ]
    found_live = world(whole=False, **others) if others else world(live(), whole=False)
    return compare([declared()], found_live, findings=found)


@pytest.mark.parametrize(
    ("document", "said", "tone"),
    [
        (compare([], world(whole=False)), "no drift: no config", "good"),
        (compare([declared()], world(whole=False)), "cannot say whether there is drift: ", "warn"),
        (compare([declared()], world(orders=None)), "drift: 1 missing", "bad"),
        (with_errors(0), "no drift: 1 in sync", "good"),
        (with_errors(1), "no drift, but 1 error: 1 in sync", "bad"),
        (with_errors(2), "no drift, but 2 errors: 1 in sync", "bad"),
        (with_errors(1, orders=None), "drift, and 1 error: 1 missing", "bad"),
        (
            with_errors(1, orders=UnreadConfig("HTTP 403")),
            "cannot say whether there is drift, and 1 error: 1 unreadable",
            "bad",
        ),
        (
            with_errors(2, orders=None, stray=UnreadConfig("HTTP 403")),
            "drift, and not all could be read, and 2 errors: ",
            "bad",
        ),
    ],
)
def test_the_verdict_is_the_first_line(document: DriftDocument, said: str, tone: str) -> None:
    first = next(drift_lines(document))

    assert first.text.startswith(said)
    assert first.tone == tone
    assert f'class="verdict {tone}"' in drift_html(document)
    headline = said.partition(":")[0]
    assert f"<b>{headline}</b>" in drift_html(document)
    assert f"**{headline}**" in drift_markdown(document)
    assert json.loads(drift_json(document))["errorCount"] == len(document.errors)


def many(size: int) -> DriftDocument:
    return compare([], world(*(live(f"f{number}") for number in range(size))))


@pytest.mark.parametrize("size", [3, 600, 3000])
def test_markdown_is_never_too_long_and_says_what_it_leaves_out(size: int) -> None:
    text = drift_markdown(many(size))

    assert len(text) <= MOST_CHARACTERS
    assert text.startswith("<!-- fgctl drift")
    assert f"### unmanaged ({size:,})" in text
    shown = text.count("| urn:fss:")
    assert ("… and" in text) is (shown < size)
    assert shown == size or f"… and {size - shown:,} more" in text


def test_markdown_of_many_notes_is_cut_too() -> None:
    document = compare([], world(), notes=["n" * 900 for _ in range(300)])

    assert len(drift_markdown(document)) <= MOST_CHARACTERS


def test_what_comes_from_elsewhere_is_escaped() -> None:
    document = compare([declared(name=NASTY, stack=NASTY)], world(orders=None), notes=[NASTY])

    markdown = drift_markdown(document)
    assert "<script>" not in markdown
    assert "[x](" not in markdown
    (row,) = [line for line in markdown.splitlines() if str(function_urn()) in line]
    assert row.count("|") == 4
    assert "<script>" not in drift_html(document)
    for form in (drift_text, drift_markdown, drift_html):
        assert "\x1b" not in form(document)


def test_a_text_of_elsewhere_is_cut_in_markdown() -> None:
    assert len(drift_markdown(compare([], world(), notes=["x" * 10_000]))) < 2_000


class References(HTMLParser):
    """What a page refers to, and the tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [str(value) for key, value in attrs if key in {"src", "href", "action"}]
        if tag not in {"meta", "br", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_refers_to_nothing_outside() -> None:
    text = drift_html(every_kind())

    page = References()
    page.feed(text)

    assert page.open == []
    assert {address for address in page.found if f'id="{address[1:]}"' not in text} == set()
    assert "://" not in text
    for status in (
        DriftStatus.UNREADABLE,
        DriftStatus.MISSING,
        DriftStatus.CHANGED,
        DriftStatus.UNMANAGED,
    ):
        assert f"<h2>{status} (" in text


@pytest.mark.parametrize("render", [drift_html, drift_markdown])
def test_a_report_of_one_stack_names_it(render: Callable[[DriftDocument], str]) -> None:
    assert "configs of stack dev of project shop" in render(compare([declared()], world(live())))
    assert "configs of stack" not in render(every_kind())


if __name__ == "__main__":
    for name, form in FORMS.items():
        (GOLDEN / name).write_text(form(every_kind()), encoding="utf-8")
