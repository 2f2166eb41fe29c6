"""FGN204: an agency that somebody else may assume."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.TRUST)


RULE = Rule(
    id="FGN204",
    name="agency-not-delegated",
    severity=Severity.ERROR,
    summary="The agency of a function is not delegated to FunctionGraph.",
    why="Only the service that an agency is delegated to (op_svc_cff for FunctionGraph) may act "
    'in its name (FunctionGraph user guide, "Configuring Agency Permissions").',
    remedy="Make an agency of type cloud service for FunctionGraph in IAM, and set that one.",
    find=_find,
)
