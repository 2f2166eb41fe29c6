"""Findings as GitLab's code quality report, which it shows beside the lines of a merge request.

Source of the form: GitLab documentation, "Code Quality report format".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_functiongraph.core.findings import Finding, in_order
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.fingerprints import fingerprints
from pulumi_functiongraph.report.found import Found
from pulumi_functiongraph.report.json_text import json_text
from pulumi_functiongraph.report.junit import NOT_READ
from pulumi_functiongraph.report.python_spelling import finding_in_python
from pulumi_functiongraph.report.sarif import PROJECT_FILE


def gitlab(found: Found) -> str:
    """The report, the same text for the same findings; an entry keeps its fingerprint."""
    return json_text([*_entries(found)])


def _entries(found: Found) -> Iterator[dict[str, Any]]:
    for why in found.unread:
        text = f"cannot say: {why}"
        (fingerprint,) = fingerprints([(NOT_READ, why)])
        yield _entry(NOT_READ, text, severity="critical", fingerprint=fingerprint, where="")
    ordered = in_order(found.findings)
    marks = fingerprints((each.rule, each.subject, each.path) for each in ordered)
    for finding, fingerprint in zip(ordered, marks, strict=True):
        yield _entry(
            finding.rule,
            str(finding_in_python(finding)),
            severity=_severity(finding),
            fingerprint=fingerprint,
            where=finding.where,
        )


def _severity(finding: Finding) -> str:
    if finding.acknowledged:
        return "info"
    return "critical" if finding.is_error else "minor"


def _entry(rule: str, text: str, *, severity: str, fingerprint: str, where: str) -> dict[str, Any]:
    file, _, line = where.partition(", from ")[0].rpartition(":")
    number = int(line) if file and line.isdecimal() else 0
    return {
        "description": visible(text),
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": file if number else where or PROJECT_FILE,
            "lines": {"begin": number or 1},
        },
    }
