"""A review in every form: as the golden files have it, cut, and without a secret."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from factories import finding
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.schemas import SCHEMAS
from pulumi_functiongraph.core.stack import parse_export, parse_preview
from pulumi_functiongraph.report.markdown import MOST_CHARACTERS
from pulumi_functiongraph.report.review.drawing import MOST_EDGES, review_drawing
from pulumi_functiongraph.report.review.html import review_html
from pulumi_functiongraph.report.review.json import review_json
from pulumi_functiongraph.report.review.markdown import review_markdown
from pulumi_functiongraph.report.review.mermaid import MOST_CHARACTERS as MOST_OF_MERMAID
from pulumi_functiongraph.report.review.mermaid import review_mermaid
from pulumi_functiongraph.report.review.text import review_lines, review_text
from unit.core.stack.told import export, preview, secret, state, step, to_fn
from unit.report.reviews import FORMS, as_sarif, of_engine
from unit.report.sarif_schema import OFFICIAL

GOLDEN = Path(__file__).parents[2] / "golden" / "review"
NASTY = "a</td>|`*_[x](http://x)<script>\x1b[31m\n\n# h"


def of(*steps: dict[str, object]) -> ReviewDocument:
    return review(parse_preview(preview(*steps)))


def large(*, configs: int) -> ReviewDocument:
    return of(
        *(
            step("create", new=state(f"f{i}", inputs={"onSuccess": to_fn(f"t{i % 40}")}))
            for i in range(configs)
        )
    )


@pytest.mark.parametrize("name", FORMS)
def test_the_form_is_as_the_golden_file_has_it(name: str) -> None:
    file = GOLDEN / name

    assert file.read_text(encoding="utf-8") == FORMS[name](of_engine()), (
        f"{file} is stale; if that is meant, rewrite it: python -m unit.report.test_review in tests"
    )


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=20, deadline=None)
@given(secret=st.from_regex(r"canary[a-z0-9-]{0,20}x", fullmatch=True))
def test_no_form_contains_a_secret(name: str, secret: str) -> None:
    bucket = {"destination": "OBS", "bucket": secret}
    old = state("a", inputs={"onFailure": bucket, "onSuccess": bucket})
    hidden = {**bucket, "bucket": "[secret]"}
    new = state("a", inputs={"onFailure": "[secret]", "onSuccess": hidden})

    assert "canary" not in FORMS[name](of(step("update", old=old, new=new)))


VALUES = st.one_of(
    st.sampled_from(["", "1", "a", "in", "no", "[", "→"]),
    st.text(max_size=3),
    st.integers(0, 3),
    st.booleans(),
    st.none(),
)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=30)
@given(bucket=VALUES, retries=VALUES, whole=VALUES)
def test_no_form_depends_on_what_a_secret_is(
    name: str, bucket: object, retries: object, whole: object
) -> None:
    def document(bucket: object, retries: object, whole: object) -> ReviewDocument:
        """A secret in a target, a secret number, and a secret target."""
        to = {"destination": "OBS", "prefix": "failed/"}
        told = {"maxAsyncRetryAttempts": retries, "onFailure": {**to, "bucket": bucket}}
        masked = {"maxAsyncRetryAttempts": "[secret]", "onFailure": {**to, "bucket": "[secret]"}}
        encrypted = {
            "onSuccess": secret(whole),
            "onFailure": secret({**to, "bucket": bucket}),
        }
        old = state("a", inputs={**told, "onSuccess": whole})
        new = state("a", inputs={**masked, "onSuccess": "[secret]"})
        previewed = preview(step("update", old=old, new=new))
        return review(
            parse_preview(previewed), export=parse_export(export(state("b", inputs=encrypted)))
        )

    known = document("results", 2, {"destination": "SMN", "topicUrn": "x"})

    assert FORMS[name](document(bucket, retries, whole)) == FORMS[name](known)


def test_json_is_valid_by_its_published_schema() -> None:
    Draft202012Validator(SCHEMAS["review"]()).validate(json.loads(review_json(of_engine())))


def test_sarif_is_valid_by_the_schema_of_oasis_also_with_a_violation_of_a_policy() -> None:
    violation = finding(rule="policy", subject=NASTY)
    document = of_engine().model_copy(update={"findings": (violation,)})

    OFFICIAL.validate(json.loads(as_sarif(document)))


@settings(max_examples=8, deadline=None)
@given(configs=st.integers(0, 700), text=st.text(max_size=300), findings=st.integers(0, 400))
def test_markdown_is_never_longer_than_a_comment_may_be(
    configs: int, text: str, findings: int
) -> None:
    found = tuple(finding(message=f"{number}{text * 9}") for number in range(findings))
    document = large(configs=configs).model_copy(update={"findings": found, "notes": (text,) * 99})

    shown = review_markdown(document)

    assert len(shown) <= MOST_CHARACTERS
    assert shown.startswith("<!-- fgctl review")


def test_a_long_review_says_how_much_is_left_out() -> None:
    shown = review_markdown(large(configs=2_000))

    assert "<details><summary>changed configs (2,000)</summary>" in shown
    assert " more, see the JSON or the HTML report" in shown
    assert "1,940 edges not drawn" in shown


def test_a_flowchart_of_long_names_is_cut() -> None:
    buckets = [
        {"destination": "OBS", "bucket": "results", "prefix": f"{number}{'→' * 60}"}
        for number in range(80)
    ]
    document = of(
        *(
            step("create", new=state(f"f{number}", inputs={"onFailure": bucket}))
            for number, bucket in enumerate(buckets)
        )
    )

    shown = review_mermaid(document)

    assert len(shown) <= MOST_OF_MERMAID
    assert "50 edges not drawn" in shown


def test_markup_in_what_is_told_stays_text() -> None:
    document = of_engine().model_copy(update={"findings": (finding(message=NASTY),)})

    assert "<script>" not in review_markdown(document)
    assert review_html(document).count("<script>") == ("<svg" in review_html(document))
    assert "\x1b" not in review_text(document) + review_markdown(document) + review_html(document)


@pytest.mark.parametrize(
    ("severities", "said", "tone"),
    [
        ([Severity.ERROR], "1 error found", "bad"),
        ([Severity.WARNING, Severity.WARNING], "2 warnings, no error", "warn"),
        ([], "nothing found", "good"),
    ],
)
def test_the_first_line_is_the_verdict(severities: list[Severity], said: str, tone: str) -> None:
    found = tuple(finding(severity=each, subject=str(i)) for i, each in enumerate(severities))
    document = of().model_copy(update={"findings": found})

    first = next(review_lines(document))

    assert first.text == f"{said}; no config"
    assert first.tone == tone


def test_an_incomplete_review_never_says_that_nothing_was_found() -> None:
    document = of().model_copy(update={"is_complete": False})

    assert review_text(document).startswith("cannot say: not all could be judged")


class Page(HTMLParser):
    """The tags that are open, and every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in {"meta", "br", "wbr", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_needs_no_network() -> None:
    page = Page()
    page.feed(review_html(of_engine()))

    assert page.open == []
    assert not {"src", "srcset", "onload"} & {name for name, _ in page.attributes}
    links = [value for name, value in page.attributes if name == "href"]
    assert links
    assert {value[1:] for value in links if value} <= {
        value for name, value in page.attributes if name == "id"
    }
    assert not [value for _, value in page.attributes if value and "//" in value]


def test_every_edge_of_the_page_is_drawn_with_its_change() -> None:
    document = of_engine()
    drawn = review_drawing(document)

    assert drawn is not None
    arrows = [each.arrow for part in drawn.parts for each in part.arrows]
    assert len(arrows) == len(document.edges)
    told = {
        tuple(sorted({edge.label, edge.change, "cycle" if edge.on_cycle else edge.change}))
        for edge in document.edges
    }
    assert {tuple(sorted(arrow.style.split())) for arrow in arrows} == told


def test_an_edge_says_in_words_what_becomes_of_it() -> None:
    shown = review_html(of_engine())

    for label in ("+ success", "↻ + failure", "- success"):
        assert f">{label}</text>" in shown


def test_a_large_drawing_is_cut_and_says_so() -> None:
    shown = review_html(large(configs=MOST_EDGES + 50))

    assert "50 edges not drawn" in shown


def test_a_page_without_an_edge_has_no_drawing() -> None:
    assert review_drawing(of()) is None
    assert "<svg" not in review_html(of())


if __name__ == "__main__":
    for file, form in FORMS.items():
        (GOLDEN / file).write_text(form(of_engine()), encoding="utf-8")
