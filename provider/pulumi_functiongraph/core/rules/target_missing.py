"""FGN208: a target that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.TARGET)


RULE = Rule(
    id="FGN208",
    name="target-missing",
    severity=Severity.ERROR,
    summary="A target does not exist.",
    why="The service may take the config all the same, and each event vanishes when it is "
    "delivered.",
    remedy="Create the target first, or mend its name.",
    find=_find,
)
