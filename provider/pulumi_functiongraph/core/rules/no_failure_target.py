"""FGN301: failures go nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import is_known
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        draft = declaration.examined.draft
        if draft is None or draft.on_failure is not None or not is_known(declaration, "onFailure"):
            continue
        retries = draft.max_async_retry_attempts
        if not is_known(declaration, "maxAsyncRetryAttempts"):
            after = "when the last run fails"
        elif retries == 0:
            after = "when its only run fails"
        else:
            after = f"when all {retries + 1} runs fail"
        message = f"there is no failure target: an event is dropped {after}"
        yield rule.finding(declaration, message, path="onFailure")


RULE = Rule(
    id="FGN301",
    name="no-failure-target",
    severity=Severity.WARNING,
    summary="A config has no failure target.",
    why="An event whose runs all fail is dropped, and nothing but the function's log tells of it.",
    remedy="Send failures to a bucket, topic, stream or function.",
    stage=RuleStage.ADVICE,
    find=_find,
    can_be_accepted=True,
)

RULES = (RULE,)
