"""A pre-check as JSON: every answer, and what the rules make of them."""

from __future__ import annotations

import json

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.report.precheck.found import precheck_found


def precheck_json(document: PrecheckDocument) -> str:
    """The whole document."""
    time = precheck_found(document).time
    fields = {
        **({"lookedAt": time} if time else {}),
        "isComplete": document.is_complete,
        "results": [_result(each) for each in document.results],
        "findings": [
            each.model_dump(mode="json", by_alias=True, exclude_none=True)
            for each in document.findings
        ],
        "missing": list(document.missing),
        "notes": list(document.notes),
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


def _result(result: CheckResult) -> dict[str, str]:
    return {
        "resource": result.resource,
        "path": result.path,
        "question": result.question.name.lower(),
        "outcome": str(result.outcome),
        "why": result.why,
        "remedy": result.remedy,
        "where": result.where,
    }
