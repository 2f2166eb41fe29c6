"""FGN206: an agency that may not write to a target."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.PERMISSION)


RULE = Rule(
    id="FGN206",
    name="permission-denied",
    severity=Severity.ERROR,
    summary="The agency of a function may not write to a target.",
    why="The service takes the config, and each event vanishes when it is delivered. What each "
    'kind of target needs is in the FunctionGraph user guide, "Configuring Agency '
    'Permissions", Table 1. Functions and streams are not in that table, and no document says '
    "which action they need: an agency to which nothing of the service is granted is denied, and "
    "one with other actions of it is not verified. Nor is a grant verified that matches by no "
    "documented rule: see docs/permissions.md and FGN210.",
    remedy="Grant the agency what is named, where it is named; a grant takes about ten minutes to "
    "take effect (FunctionGraph user guide).",
    find=_find,
)
