"""FGN202: a function without an agency that has a target."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.AGENCY)


RULE = Rule(
    id="FGN202",
    name="no-agency",
    severity=Severity.ERROR,
    summary="A function with a target has no agency.",
    why="A notification is written to its target in the name of the agency of the function "
    '(FunctionGraph user guide, "Asynchronous Execution Notification": an agency that allows '
    "FunctionGraph to access the target service is needed). Without one the event is lost "
    "without a word.",
    remedy="Set an agency on the page of the function, Configuration > Permissions (xrole in the "
    "API).",
    find=_find,
)
