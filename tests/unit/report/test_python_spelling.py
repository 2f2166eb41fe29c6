"""Properties are told to people as in Python, and to machines as in state."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest

from factories import finding
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.property_names import CAMEL
from pulumi_functiongraph.report.graph.dot import graph_dot
from pulumi_functiongraph.report.graph.mermaid import graph_mermaid
from pulumi_functiongraph.report.graph.text import graph_text
from pulumi_functiongraph.report.precheck.text import precheck_text
from pulumi_functiongraph.report.python_spelling import finding_in_python
from unit.core.drifts import every_kind
from unit.report.drifts import FORMS as OF_DRIFT
from unit.report.graphs import everything
from unit.report.reviews import FORMS as OF_REVIEW
from unit.report.reviews import of_engine

CAMEL_CASE = re.compile("|".join(camel for snake, camel in CAMEL.items() if snake != camel))
SNAKE_CASE = re.compile("|".join(snake for snake, camel in CAMEL.items() if snake != camel))
NOT_DELIVERED = PrecheckDocument((), (finding(path="onFailure.topicUrn"),))

FOR_PEOPLE: dict[str, Callable[[], str]] = {
    **{
        name: lambda form=form: form(every_kind())  # type: ignore[misc]  # bound in the loop
        for name, form in OF_DRIFT.items()
        if name in {"drift.text", "drift.md", "drift.html"}
    },
    **{
        name: lambda form=form: form(of_engine())  # type: ignore[misc]  # bound in the loop
        for name, form in OF_REVIEW.items()
        if name in {"review.text", "review.md", "review.html"}
    },
    "graph.text": lambda: graph_text(everything()),
    "graph.mermaid": lambda: graph_mermaid(everything()),
    "graph.dot": lambda: graph_dot(everything()),
    "precheck.text": lambda: precheck_text(NOT_DELIVERED),
}


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_no_property_is_told_to_a_person_as_in_state(name: str) -> None:
    shown = unescape(FOR_PEOPLE[name]())

    assert CAMEL_CASE.findall(shown) == []
    assert SNAKE_CASE.search(shown)


@pytest.mark.parametrize("form", [OF_REVIEW["review.json"], OF_REVIEW["review.sarif"]])
def test_fields_for_machines_keep_the_spelling_of_state(form: Callable[..., str]) -> None:
    told = form(of_engine())

    assert '"onFailure"' in told or ".onFailure" in told
    assert json.loads(told)


def test_a_message_names_the_paths_of_resources_as_in_python_and_things_as_they_are() -> None:
    told = finding(rule="FGN103", message="not of a.onFailure: topic onFailure", path="onFailure")

    assert str(finding_in_python(told)).endswith(
        "notify.on_failure: not of a.on_failure: topic onFailure"
    )


def test_a_message_about_values_names_all_properties_as_in_python() -> None:
    told = finding(rule="FGN001", message="onSuccess is no target", remedy="fix functionUrn")

    assert "on_success is no target; fix function_urn" in str(finding_in_python(told))
