"""Findings as SARIF 2.1.0, the form in which code hosts show them beside the lines of a change.

Source of the form: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", with
errata 01. What GitHub asks beyond it (a place for every result, a fingerprint by its own name) is
from its documentation, "SARIF support for code scanning".
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote

from pulumi_functiongraph.core.findings import Finding, Severity, in_order, within_a_line
from pulumi_functiongraph.core.severities import AS_WRITTEN, Grade, Severities
from pulumi_functiongraph.report.graph.style import printable
from pulumi_functiongraph.report.python_spelling import finding_in_python

PROJECT_FILE = "Pulumi.yaml"
"""Where a result is shown that no line of a program declares."""

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FINGERPRINTS = ("functiongraph/v1", "primaryLocationLineHash")
"""The same text twice: code scanning on GitHub reads only the second name."""


class Described(Protocol):
    """What results are instances of, such as a rule."""

    @property
    def id(self) -> str:
        """What results name it by."""

    @property
    def name(self) -> str:
        """A few words with hyphens."""

    @property
    def severity(self) -> Severity:
        """How bad it is where nobody says otherwise."""

    @property
    def summary(self) -> str:
        """One sentence."""

    @property
    def why(self) -> str:
        """What happens to a user who ignores it."""

    @property
    def remedy(self) -> str:
        """What to do."""


def sarif(
    findings: Iterable[Finding],
    *,
    rules: Iterable[Described],
    version: str,
    grades: Severities = AS_WRITTEN,
    missing: Iterable[str] = (),
    notes: Iterable[str] = (),
    is_whole: bool = True,
) -> str:
    """The log of one run, the same text for the same findings.

    A result keeps its fingerprint when its line or its wording changes.

    Args:
        findings: what was found.
        rules: what the findings are instances of; each finding's rule must be among them.
        version: the release of this package.
        grades: which severity the project gives the rules; SARIF calls it an override.
        missing: what nothing can be said of, and why; those who read results alone see it fail.
        notes: what else limits the result, and why a rule is graded.
        is_whole: whether all was read that was asked for.
    """
    ordered = in_order(findings)
    described = sorted(rules, key=lambda rule: rule.id)
    place = {rule.id: number for number, rule in enumerate(described)}
    driver = {
        "name": "pulumi-functiongraph",
        "version": version,
        "rules": [_rule(rule) for rule in described],
    }
    results = [
        _result(finding, at=place[finding.rule], fingerprint=fingerprint)
        for finding, fingerprint in zip(ordered, _fingerprints(ordered), strict=True)
    ]
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(place, grades, missing, notes, is_whole=is_whole)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _invocation(
    place: Mapping[str, int],
    grades: Severities,
    missing: Iterable[str],
    notes: Iterable[str],
    *,
    is_whole: bool,
) -> dict[str, Any]:
    """The run itself: what the project changes in the rules, and what is to be known of it."""
    overrides = [
        {"descriptor": {"id": rule, "index": place[rule]}, "configuration": _configuration(grade)}
        for rule, grade in sorted(grades.by_rule.items())
        if rule in place
    ]
    told = [
        {"level": level, "message": {"text": printable(text)}}
        for level, texts in (("error", (f"cannot say: {m}" for m in missing)), ("note", notes))
        for text in texts
    ]
    return {
        "executionSuccessful": is_whole,
        "ruleConfigurationOverrides": overrides,
        "toolExecutionNotifications": told,
    }


def _configuration(grade: Grade) -> dict[str, Any]:
    why = {"properties": {"reason": printable(grade.reason)}}
    if grade.severity is None:
        return {"enabled": False, **why}
    return {"level": grade.severity.value, **why}


def _rule(rule: Described) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(finding: Finding, *, at: int, fingerprint: str) -> dict[str, Any]:
    told = finding_in_python(finding)
    said = f"{told.subject}: {told.message}"
    text = f"{said}; {within_a_line(told.remedy)}" if told.remedy else said
    name = f"{finding.subject}.{finding.path}" if finding.path else finding.subject
    first, *others = _places(finding.where)
    location = {
        "physicalLocation": first,
        "logicalLocations": [{"fullyQualifiedName": printable(name), "kind": "resource"}],
    }
    result = {
        "ruleId": finding.rule,
        "ruleIndex": at,
        "level": finding.severity.value,
        "message": {"text": printable(text)},
        "locations": [location],
        "partialFingerprints": dict.fromkeys(_FINGERPRINTS, fingerprint),
    }
    if finding.acknowledged:
        reason = printable(finding.acknowledged)
        result["suppressions"] = [{"kind": "inSource", "justification": reason}]
    if others:
        result["relatedLocations"] = [{"physicalLocation": other} for other in others]
    return result


def _places(where: str) -> list[dict[str, Any]]:
    """The places in ``file:line`` or ``file:line, from file:line``; the project's file for none."""
    return [_place(part) for part in (where or PROJECT_FILE).split(", from ")]


def _place(where: str) -> dict[str, Any]:
    file, _, line = where.rpartition(":")
    number = int(line) if file and line.isdecimal() else 0
    place = {"artifactLocation": {"uri": quote(file if number else where)}}
    return {**place, "region": {"startLine": number or 1}}


def _fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """What tells results apart: rule, subject and path, and where those are equal the order."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        what = (finding.rule, finding.subject, finding.path)
        seen[what] += 1
        told = json.dumps([*what, seen[what]])
        yield hashlib.sha256(told.encode()).hexdigest()[:32]
