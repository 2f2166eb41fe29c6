"""FGN103: something unknown could close a cycle."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    unknowns = program.verdict.unknowns if program.verdict else None
    if not unknowns:
        return
    listed = [
        *(f"{edge.resource}.{edge.path}" for edge in (*unknowns.targets, *unknowns.sources)),
        *(f"{each.node.name}: {each.why}" for each in unknowns.unreadable),
        *(f"{node.name}: which version it stands for is not known" for node in unknowns.aliases),
    ]
    yield Finding(
        rule=rule.id,
        severity=rule.severity,
        subject="notifications",
        message=f"{unknowns} ({'; '.join(sorted(set(listed)))})",
        remedy=rule.remedy if unknowns.unreadable else "",
    )


RULE = Rule(
    id="FGN103",
    name="not-proved-acyclic",
    severity=Severity.WARNING,
    summary="It could not be proved that notifications do not run in a circle.",
    why="A target is unknown until apply (it is judged then, right before its config is sent), or "
    "a live function could not be read.",
    remedy="Give the credentials the permission to read functions, or set functiongraph:liveGraph "
    "to off to go without.",
    find=_find,
)
