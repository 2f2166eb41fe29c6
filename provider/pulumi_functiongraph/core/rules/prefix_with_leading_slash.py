"""FGN007: an OBS prefix that starts with a slash."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import is_known, known_targets
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage
from pulumi_functiongraph.core.targets import Bucket


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        for path, target in known_targets(declaration):
            if (
                isinstance(target, Bucket)
                and is_known(declaration, f"{path}.prefix")
                and target.prefix.startswith("/")
            ):
                message = "the prefix starts with '/', and is sent like that"
                yield rule.finding(declaration, message, path=f"{path}.prefix")
                if not program.comments.accepting(rule.id, declaration.where):
                    return


RULE = Rule(
    id="FGN007",
    name="prefix-with-leading-slash",
    severity=Severity.WARNING,
    summary="An OBS prefix starts with a slash (said once a program, beside what is accepted).",
    why="For OBS /x and x are different keys, and no document says whether FunctionGraph strips "
    "the slash; lifecycle rules, triggers and permissions on x/* would not match /x/….",
    remedy="Drop the slash unless the readers of the bucket expect it.",
    stage=RuleStage.DECLARATION,
    find=_find,
    can_be_accepted=True,
)

RULES = (RULE,)
