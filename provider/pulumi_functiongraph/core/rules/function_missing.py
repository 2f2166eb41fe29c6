"""FGN201: a function that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.FUNCTION)


RULE = Rule(
    id="FGN201",
    name="function-missing",
    severity=Severity.ERROR,
    summary="The function of a config does not exist.",
    why="The service refuses the config with 404 once the update has begun, when other resources "
    "have been changed already.",
    remedy="Create the function first, or mend its URN.",
    find=_find,
)
