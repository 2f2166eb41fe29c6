"""Findings as SARIF 2.1.0, the form in which code hosts show them beside the lines of a change.

Source of the form: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", with
errata 01. What GitHub asks beyond it (a place for every result, a fingerprint by its own name) is
from its documentation, "SARIF support for code scanning".
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.findings import Finding, Severity, in_order, within_a_line
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.rules.rule import Rule
from pulumi_functiongraph.core.severities import AS_WRITTEN, Grade, Severities
from pulumi_functiongraph.report.fingerprints import fingerprints
from pulumi_functiongraph.report.found import Found
from pulumi_functiongraph.report.json_text import json_text
from pulumi_functiongraph.report.python_spelling import finding_in_python

PROJECT_FILE = "Pulumi.yaml"
"""Where a result is shown that no line of a program declares."""

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FINGERPRINTS = ("functiongraph/v1", "primaryLocationLineHash")
"""The same text twice: code scanning on GitHub reads only the second name."""


class SarifRule(msgspec.Struct, frozen=True):
    """What results are instances of where it is none of the rules, told as a `Rule` is."""

    id: str
    name: str
    severity: Severity
    summary: str
    why: str
    remedy: str


class SarifTool(msgspec.Struct, frozen=True):
    """What is the same for all findings of a run.

    Attributes:
        version: the release of this package.
        rules: what the findings are instances of; each finding's rule must be among them.
        grades: which severity the project gives the rules; SARIF calls it an override.
    """

    version: str
    rules: tuple[Rule | SarifRule, ...]
    grades: Severities = AS_WRITTEN

    def with_rules(self, *rules: SarifRule) -> SarifTool:
        """The same with more that findings may be instances of."""
        return replace(self, rules=(*rules, *self.rules))


def sarif(found: Found, *, tool: SarifTool) -> str:
    """The log of one run, the same text for the same findings.

    A result keeps its fingerprint when its line or its wording changes. What was not read makes the
    run fail, for those who read its results alone.

    Args:
        found: what was found.
        tool: what the findings are instances of.
    """
    ordered = in_order(found.findings)
    rules = sorted(tool.rules, key=lambda rule: rule.id)
    place = {rule.id: number for number, rule in enumerate(rules)}
    driver = {
        "name": "pulumi-functiongraph",
        "version": tool.version,
        "rules": [_rule(rule) for rule in rules],
    }
    marks = fingerprints((each.rule, each.subject, each.path) for each in ordered)
    results = [
        _result(finding, at=place[finding.rule], fingerprint=fingerprint)
        for finding, fingerprint in zip(ordered, marks, strict=True)
    ]
    overrides = [
        {"descriptor": {"id": rule, "index": place[rule]}, "configuration": _configuration(grade)}
        for rule, grade in sorted(tool.grades.by_rule.items())
        if rule in place
    ]
    notifications = [
        {"level": level, "message": _message(text)}
        for level, texts in (
            ("error", (f"cannot say: {m}" for m in found.missing)),
            ("note", found.notes),
        )
        for text in texts
    ]
    invocation: dict[str, Any] = {
        "executionSuccessful": found.is_whole,
        "ruleConfigurationOverrides": overrides,
        "toolExecutionNotifications": notifications,
    }
    if found.time:
        invocation["endTimeUtc"] = found.time
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(log)


def _configuration(grade: Grade) -> dict[str, Any]:
    why = {"properties": {"reason": visible(grade.reason)}}
    if grade.severity is None:
        return {"enabled": False, **why}
    return {"level": grade.severity.value, **why}


def _rule(rule: Rule | SarifRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(finding: Finding, *, at: int, fingerprint: str) -> dict[str, Any]:
    spelled = finding_in_python(finding)
    text = f"{spelled.subject}: {spelled.message}"
    if spelled.remedy:
        text = f"{text}; {within_a_line(spelled.remedy)}"
    name = f"{finding.subject}.{finding.path}" if finding.path else finding.subject
    places = (finding.where or PROJECT_FILE).split(", from ")
    first, *others = map(_place, places)
    location = {
        "physicalLocation": first,
        "logicalLocations": [{"fullyQualifiedName": visible(name), "kind": "resource"}],
    }
    result = {
        "ruleId": finding.rule,
        "ruleIndex": at,
        "level": finding.severity.value,
        "message": _message(text),
        "locations": [location],
        "partialFingerprints": dict.fromkeys(_FINGERPRINTS, fingerprint),
    }
    if finding.acknowledged:
        reason = visible(finding.acknowledged)
        result["suppressions"] = [{"kind": "inSource", "justification": reason}]
    if others:
        result["relatedLocations"] = [{"physicalLocation": other} for other in others]
    return result


def _message(text: str) -> dict[str, str]:
    """A text that is no link (3.11.6): where it may be one, what makes it one is escaped."""
    shown = visible(text)
    return {"text": re.sub(r"[\[\]\\]", r"\\\g<0>", shown) if "](" in shown else shown}


def _place(where: str) -> dict[str, Any]:
    file, _, line = where.rpartition(":")
    number = int(line) if file and line.isdecimal() else 0
    place = {"artifactLocation": {"uri": quote(file if number else where)}}
    return {**place, "region": {"startLine": number or 1}}
