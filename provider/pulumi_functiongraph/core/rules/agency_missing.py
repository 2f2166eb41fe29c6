"""FGN203: an agency that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.AGENCY_EXISTS)


RULE = Rule(
    id="FGN203",
    name="agency-missing",
    severity=Severity.ERROR,
    summary="The agency of a function does not exist.",
    why="FunctionGraph cannot act in the name of an agency that has been deleted or was never "
    "made in this account; the event is lost without a word.",
    remedy="Make the agency in IAM, delegated to FunctionGraph, or set another one.",
    find=_find,
)
