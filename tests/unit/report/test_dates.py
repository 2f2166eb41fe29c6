"""Every report says when it was looked, and without a date says nothing of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.report.doctor.json import doctor_json
from pulumi_functiongraph.report.doctor.text import doctor_text
from pulumi_functiongraph.report.drift.html import drift_html
from pulumi_functiongraph.report.drift.json import drift_json
from pulumi_functiongraph.report.drift.junit import drift_junit
from pulumi_functiongraph.report.drift.markdown import drift_markdown
from pulumi_functiongraph.report.drift.text import drift_text
from pulumi_functiongraph.report.graph.dot import graph_dot
from pulumi_functiongraph.report.graph.html import graph_html
from pulumi_functiongraph.report.graph.json import graph_json
from pulumi_functiongraph.report.graph.mermaid import graph_mermaid
from pulumi_functiongraph.report.graph.text import graph_text
from pulumi_functiongraph.report.precheck.html import precheck_html
from pulumi_functiongraph.report.precheck.json import precheck_json
from pulumi_functiongraph.report.precheck.junit import precheck_junit
from pulumi_functiongraph.report.precheck.sarif import precheck_sarif
from pulumi_functiongraph.report.precheck.text import precheck_text
from pulumi_functiongraph.report.review.html import review_html
from pulumi_functiongraph.report.review.json import review_json
from pulumi_functiongraph.report.review.junit import review_junit
from pulumi_functiongraph.report.review.markdown import review_markdown
from pulumi_functiongraph.report.review.text import review_text
from pulumi_functiongraph.report.sarif import SarifTool
from unit.core.drifts import every_kind
from unit.report.graphs import everything
from unit.report.reviews import of_engine

WHEN = datetime(2025, 11, 30, 8, 7, tzinfo=UTC)
READ = "looked at 2025-11-30 08:07 UTC"

Render = Callable[[datetime | None], str]


def of_graph(render: Callable[..., str]) -> Render:
    return lambda when: render(everything(), looked_at=when)


def of_precheck(render: Callable[..., str]) -> Render:
    return lambda when: render(PrecheckDocument((), (), looked_at=when))


def of_document(render: Callable[..., str], document: Any) -> Render:
    return lambda when: render(document.model_copy(update={"looked_at": when}))


FOR_PEOPLE: dict[str, Render] = {
    **{
        each.__name__: of_graph(each) for each in (graph_text, graph_html, graph_dot, graph_mermaid)
    },
    **{each.__name__: of_precheck(each) for each in (precheck_text, precheck_html)},
    "doctor_text": lambda when: doctor_text([], looked_at=when),
    **{
        each.__name__: of_document(each, of_engine())
        for each in (review_text, review_html, review_markdown)
    },
    **{
        each.__name__: of_document(each, every_kind())
        for each in (drift_text, drift_html, drift_markdown)
    },
}
AS_JSON: dict[str, Render] = {
    "graph": of_graph(graph_json),
    "precheck": of_precheck(precheck_json),
    "doctor": lambda when: doctor_json([], looked_at=when),
    "review": of_document(review_json, of_engine()),
    "drift": of_document(drift_json, every_kind()),
}
AS_JUNIT: dict[str, Render] = {
    "precheck": of_precheck(precheck_junit),
    "review": of_document(review_junit, of_engine()),
    "drift": of_document(drift_junit, every_kind()),
}


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_person_reads_when_it_was_looked(name: str) -> None:
    assert READ in FOR_PEOPLE[name](WHEN)
    assert "looked at 20" not in FOR_PEOPLE[name](None)


@pytest.mark.parametrize("name", AS_JSON)
def test_a_program_reads_when_it_was_looked(name: str) -> None:
    assert json.loads(AS_JSON[name](WHEN))["lookedAt"] == "2025-11-30T08:07:00Z"
    assert "lookedAt" not in json.loads(AS_JSON[name](None))


@pytest.mark.parametrize("name", AS_JUNIT)
def test_results_of_tests_have_their_time(name: str) -> None:
    assert 'timestamp="2025-11-30T08:07:00"' in AS_JUNIT[name](WHEN)
    assert "timestamp" not in AS_JUNIT[name](None)


def test_a_log_of_findings_has_its_time() -> None:
    render = of_precheck(partial(precheck_sarif, tool=SarifTool("0.1.0", ())))

    (invocation,) = json.loads(render(WHEN))["runs"][0]["invocations"]
    assert invocation["endTimeUtc"] == "2025-11-30T08:07:00Z"
    assert "endTimeUtc" not in render(None)
