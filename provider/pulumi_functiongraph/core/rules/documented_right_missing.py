"""FGN211: a right that is documented for a target and that nothing is known to depend on."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.EXTRAS)


RULE = Rule(
    id="FGN211",
    name="documented-right-missing",
    severity=Severity.WARNING,
    summary="The agency of a function lacks a right that is documented for a target.",
    why="The documented minimum for OBS has obs:bucket:CreateBucket, and for SMN smn:topic:list, "
    'beside the right to write (FunctionGraph user guide, "Configuring Agency Permissions", '
    "Table 1). Once bucket and topic are there, nothing is known to depend on them.",
    remedy="Nothing, as long as notifications arrive; else grant it too.",
    find=_find,
)
