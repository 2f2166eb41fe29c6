"""The rules as plain text: a list of all, or one explained."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from pulumi_functiongraph.core.rules.rule import Rule
from pulumi_functiongraph.core.severities import AS_WRITTEN, OFF, Severities

WIDTH = 80
"""Characters a line, so that a text reads the same on every terminal."""


def rules_list(rules: Iterable[Rule], *, grades: Severities = AS_WRITTEN) -> str:
    """One line a rule: id, severity, name, and what the project changes and why."""
    return "".join(
        f"{rule.id}  {_grade(rule, grades):<7}  {rule.name}"
        f"{f'  ({changed})' if (changed := _changed(rule, grades)) else ''}\n"
        for rule in rules
    )


def rule_text(rule: Rule, *, grades: Severities = AS_WRITTEN) -> str:
    """One rule explained, with the severity that the project gives it."""
    parts = [
        f"{rule.id} {rule.name} ({_grade(rule, grades)})",
        *([_filled(f"Here: {changed}")] if (changed := _changed(rule, grades)) else ()),
        _filled(rule.summary),
        _filled(f"Why: {rule.why}"),
        _filled(f"What to do: {rule.remedy}"),
    ]
    return "\n\n".join(parts) + "\n"


def _grade(rule: Rule, grades: Severities) -> str:
    return grades.severity_of(rule.id, otherwise=rule.severity) or OFF


def _changed(rule: Rule, grades: Severities) -> str:
    """What the project changes, empty for nothing."""
    grade = grades.by_rule.get(rule.id)
    if grade is None:
        return ""
    return f"{rule.severity} in itself; {grades.source}: {grade.reason}"


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
