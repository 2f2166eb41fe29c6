"""FGN102: a cycle that is intended."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Rule, cycle_finding


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for cycle in program.verdict.acknowledged if program.verdict else ():
        reasons = "; ".join(edge.acknowledged for edge in cycle.acknowledged)
        yield cycle_finding(rule, cycle, more=f" (intended: {reasons})")


RULE = Rule(
    id="FGN102",
    name="acknowledged-cycle",
    severity=Severity.WARNING,
    summary="Notifications run in a circle, and allow_cycle says that this is intended.",
    why="The loop runs until something in it ends it; whoever reads the report should know that "
    "it is there and why.",
    remedy="Nothing, as long as the reason holds.",
    find=_find,
)
