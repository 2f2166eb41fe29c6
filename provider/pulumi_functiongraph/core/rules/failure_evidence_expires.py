"""FGN303: records of failures that are deleted by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import is_known, known_targets
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage
from pulumi_functiongraph.core.targets import Bucket


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        for path, target in known_targets(declaration):
            at = f"{path}.expires"
            if (
                path == "onFailure"
                and isinstance(target, Bucket)
                and is_known(declaration, at)
                and target.expires
            ):
                days = counted(target.expires, "day")
                message = f"the record of a failure is deleted after {days}"
                yield rule.finding(declaration, message, path=at)


RULE = Rule(
    id="FGN303",
    name="failure-evidence-expires",
    severity=Severity.WARNING,
    summary="The bucket that failures are sent to has expires set.",
    why="The object is the only record of the failed event; once it is deleted, the event can "
    "neither be looked at nor be sent again.",
    remedy="Leave expires at 0 on the failure target, and delete what has been dealt with.",
    stage=RuleStage.ADVICE,
    find=_find,
    can_be_accepted=True,
)

RULES = (RULE,)
