"""FGN006: a target in another project or region."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import is_known, known_source, known_targets
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage
from pulumi_functiongraph.core.targets import Function, Target, Topic


def _place(target: Target) -> tuple[str, str, str] | None:
    """The property that says where a target is, its region and its project."""
    match target:
        case Function(function_urn=urn):
            return "functionUrn", urn.region, urn.project_id
        case Topic():
            return "topicUrn", target.region, target.project_id
    return None


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = known_source(declaration)
        for path, target in known_targets(declaration):
            place = _place(target)
            if source is None or place is None or not is_known(declaration, f"{path}.{place[0]}"):
                continue
            if place[1] != source.region:
                message = f"the target is in region {place[1]}, the function in {source.region}"
            elif place[2] != source.project_id:
                message = "the target is in another project than the function"
            else:
                continue
            yield rule.finding(declaration, message, path=f"{path}.{place[0]}")


RULE = Rule(
    id="FGN006",
    name="target-of-another-project",
    severity=Severity.WARNING,
    summary="A target is in another project or region than its function.",
    why="The agency of a function acts in the function's own project; no document promises that "
    "notifications cross projects, and one that cannot be delivered vanishes without a word.",
    remedy="Check the URN, or try it with a test event.",
    stage=RuleStage.DECLARATION,
    find=_find,
    can_be_accepted=True,
)

RULES = (RULE,)
