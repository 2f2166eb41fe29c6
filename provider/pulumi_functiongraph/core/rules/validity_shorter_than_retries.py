"""FGN302: a validity that leaves no time for the retries."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import is_known
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage

ASSUMED_INTERVAL = 60
"""Seconds from the start of one run to the start of the next: an assumption. No document tells the
interval of retries, and the time that a run takes is not in a config."""


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        draft = declaration.examined.draft
        paths = ("maxAsyncRetryAttempts", "maxAsyncEventAgeInSeconds")
        if draft is None or not all(is_known(declaration, path) for path in paths):
            continue
        retries, validity = draft.max_async_retry_attempts, draft.max_async_event_age_in_seconds
        needed = retries * ASSUMED_INTERVAL
        if validity < needed:
            runs = f"{counted(retries, 'retry')} {'needs' if retries == 1 else 'need'}"
            message = (
                f"a request is valid for {validity:,} s, and {runs} {needed:,} s "
                f"if one starts {ASSUMED_INTERVAL} s after the other (an assumption: the interval "
                "is not documented); a request that grows too old is discarded"
            )
            yield rule.finding(declaration, message, path=paths[1])


RULE = Rule(
    id="FGN302",
    name="validity-shorter-than-retries",
    severity=Severity.WARNING,
    summary="The validity of a request may be over before its retries are.",
    why="A request older than its validity is discarded, whatever retries it has left. The "
    "interval of retries is not documented; this rule assumes a minute from run to run.",
    remedy="Raise max_async_event_age_in_seconds, or lower max_async_retry_attempts.",
    stage=RuleStage.ADVICE,
    find=_find,
    can_be_accepted=True,
)

RULES = (RULE,)
