"""FGN207: a permission that is granted where it has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.SCOPE)


RULE = Rule(
    id="FGN207",
    name="grant-in-wrong-scope",
    severity=Severity.ERROR,
    summary="A permission is granted in a scope where it has no effect.",
    why="OBS is a global service, so its permissions are granted on the account; SMN, DIS and "
    "FunctionGraph are services of a project, so theirs are granted on the project of the "
    'target (IAM user guide, "Permissions"). A grant elsewhere looks right in the console and '
    "permits nothing.",
    remedy="Grant it in the scope that is named.",
    find=_find,
)
