"""FGN005: a target service that the documents of the cloud or region do not list."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.clouds import listing
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import known_source, known_targets
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = known_source(declaration)
        if source is None:
            continue
        listed = listing(source.region, program.cloud)
        for path, target in known_targets(declaration):
            if target.destination not in listed.destinations:
                message = (
                    f"{target.destination} is not among the target services that are listed for "
                    f"region {source.region} ({listed.source}: "
                    f"{', '.join(sorted(listed.destinations))})"
                )
                yield rule.finding(declaration, message, path=path)


RULE = Rule(
    id="FGN005",
    name="target-not-listed",
    severity=Severity.WARNING,
    summary="The cloud or region does not list the target's service.",
    why="The service may refuse the config with 400, or accept it and send nothing. The lists "
    "lag behind (DIS works on Open Telekom Cloud though it is not listed), so this is a warning.",
    remedy="Try it with a test event, or choose a listed service.",
    stage=RuleStage.DECLARATION,
    find=_find,
    can_be_accepted=True,
)

RULES = (RULE,)
