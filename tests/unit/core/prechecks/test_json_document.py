"""The JSON document of a pre-check keeps to its published schema."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from factories import finding
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.json_document import PrecheckReport
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.schemas import SCHEMAS

SCHEMA = Draft202012Validator(SCHEMAS["precheck"]())


@pytest.mark.parametrize("looked_at", [None, datetime(2026, 1, 1, tzinfo=UTC)])
def test_every_question_with_every_answer_keeps_to_the_schema(looked_at: datetime | None) -> None:
    results = tuple(
        CheckResult("orders", "onFailure", check, outcome, "why", "remedy", "main.py:3")
        for check in Check
        for outcome in CheckOutcome
    )
    document = PrecheckDocument(results, (finding(),), ("agencies",), ("a note",), looked_at)

    written = PrecheckReport.of(document).model_dump(mode="json", by_alias=True, exclude_none=True)

    SCHEMA.validate(written)
    assert written.get("lookedAt") == (looked_at and "2026-01-01T00:00:00Z")
    assert written["isComplete"] is False
    assert written["results"][0] == {
        "resource": "orders",
        "path": "onFailure",
        "question": "function",
        "outcome": "allowed",
        "why": "why",
        "remedy": "remedy",
        "where": "main.py:3",
    }
    assert (written["missing"], written["notes"]) == (["agencies"], ["a note"])
    assert len(written["findings"]) == 1


def test_a_question_that_there_is_not_is_refused_by_the_schema() -> None:
    result = CheckResult("n", "", Check.FUNCTION, CheckOutcome.ALLOWED, "")
    report = PrecheckReport.of(PrecheckDocument((result,), ()))
    written = report.model_dump(mode="json", by_alias=True, exclude_none=True)
    written["results"][0]["question"] = "weather"

    assert not SCHEMA.is_valid(written)
