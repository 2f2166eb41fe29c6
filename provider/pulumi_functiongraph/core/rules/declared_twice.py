"""FGN002: two declarations of one function version's config."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Declaration, Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    by_source: defaultdict[str, list[Declaration]] = defaultdict(list)
    for declaration in program.declarations:
        if declaration.source is not None:
            by_source[declaration.source].append(declaration)
    for declarations in by_source.values():
        for declaration in declarations[1:]:
            first = declarations[0]
            place = f" at {first.where}" if first.where else ""
            message = f"the same function version is configured by {first.name}{place} already"
            yield rule.finding(declaration, message, path="functionUrn")


RULE = Rule(
    id="FGN002",
    name="declared-twice",
    severity=Severity.ERROR,
    summary="One function version has two configs, in one program or in two stacks.",
    why="A function version has one config and each PUT replaces it: the two would overwrite "
    "each other at every update, and deleting one deletes the other. A gate sees one program; "
    "fgctl drift dev prod sees two stacks.",
    remedy="Merge the two into one resource, or name another version in one of them.",
    stage=RuleStage.DECLARATION,
    find=_find,
)

RULES = (RULE,)
