"""FGN009: a function in another project than the one of the credentials."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import known_source
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = known_source(declaration)
        if source is None or program.project_id is None:
            continue
        if source.project_id != program.project_id:
            message = "the function is in another project than the one that the credentials name"
            yield rule.finding(declaration, message, path="functionUrn")


RULE = Rule(
    id="FGN009",
    name="credentials-of-another-project",
    severity=Severity.WARNING,
    summary="A function URN names another project than the credentials.",
    why="A key may act in several projects, a project's token may not: the service then answers "
    "401 or 403, or the URN was copied from another account.",
    remedy="Check the URN, or set functiongraph:projectId to its project.",
    stage=RuleStage.DECLARATION,
    find=_find,
    can_be_accepted=True,
)

RULES = (RULE,)
