"""FGN010: a comment that is to accept a finding, and does not."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.comments import Comment
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    said: set[Comment] = set()
    for declaration in program.declarations:
        for comment in program.comments.at(declaration.where):
            if comment not in said:
                said.add(comment)
                for what, remedy in _problems(rule, comment):
                    message = f"the comment at {comment.where} {what}"
                    yield rule.finding(declaration, message, remedy=remedy)


def _problems(rule: Rule, comment: Comment) -> Iterator[tuple[str, str]]:
    """What is wrong with a comment, and what to do."""
    from pulumi_functiongraph.core.rules import RULES  # this rule is one of them

    if not comment.rules:
        yield "names no rule", rule.remedy
    elif not comment.reason:
        yield f"gives no reason for {', '.join(comment.rules)}", rule.remedy
    known = {each.id: each for each in RULES}
    for name in comment.rules:
        if name not in known:
            yield f"names {name}, and there is no such rule", "fgctl rules lists them all"
        elif not known[name].can_be_accepted:
            in_target = known[name].stage is RuleStage.CYCLE
            yield (
                f"names {name}, which no comment can accept",
                _IN_TARGET if in_target else "remove the comment, and fix what is found",
            )


_IN_TARGET = 'write allow_cycle="reason" in the target, where something ends the loop'

RULE = Rule(
    id="FGN010",
    name="acknowledgement-not-taken",
    severity=Severity.WARNING,
    summary="A comment is to accept a finding, and has no effect.",
    why="Whoever wrote it believes that the finding is dealt with. It takes the id of a rule and a "
    "reason; what makes the service refuse a config, or an update fail, cannot be accepted, and a "
    "cycle is acknowledged in its target, with allow_cycle.",
    remedy="Write # functiongraph: ignore FGN301 -- why that is right here.",
    stage=RuleStage.DECLARATION,
    find=_find,
)

RULES = (RULE,)
