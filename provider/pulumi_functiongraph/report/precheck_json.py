"""A pre-check as JSON: every answer, and what the rules make of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.results import Result


def precheck_json(
    results: Sequence[Result], findings: Sequence[Finding], *, notes: Sequence[str] = ()
) -> str:
    """The whole document.

    Args:
        results: every answer.
        findings: what the rules make of them.
        notes: what limits the result.
    """
    document = {
        "results": [_result(each) for each in results],
        "findings": [each.model_dump(mode="json", by_alias=True) for each in findings],
        "notes": list(notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _result(result: Result) -> dict[str, str]:
    return {
        "resource": result.resource,
        "path": result.path,
        "question": result.question.name.lower(),
        "outcome": str(result.outcome),
        "why": result.why,
        "remedy": result.remedy,
        "where": result.where,
    }
