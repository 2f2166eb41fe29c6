"""A pre-check as JSON: every answer, and what the rules make of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.results import Result


def precheck_json(
    results: Sequence[Result],
    findings: Sequence[Finding],
    *,
    missing: Sequence[str] = (),
    notes: Sequence[str] = (),
    is_whole: bool = True,
) -> str:
    """The whole document.

    Args:
        results: every answer.
        findings: what the rules make of them.
        missing: what it cannot be said of, and why.
        notes: what else limits the result.
        is_whole: whether all was read, and every question answered.
    """
    document = {
        "isComplete": is_whole,
        "results": [_result(each) for each in results],
        "findings": [
            each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in findings
        ],
        "missing": list(missing),
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
