"""FGN301 to FGN303: advice about configs that work as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage
from pulumi_functiongraph.core.targets import Bucket


def _no_failure_target(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        draft, unknown = declaration.examined.draft, declaration.examined.unknown
        if draft is None or draft.on_failure is not None or "onFailure" in unknown:
            continue
        retries = draft.max_async_retry_attempts
        if "maxAsyncRetryAttempts" in unknown:
            after = "when the last run fails"
        elif retries == 0:
            after = "when its only run fails"
        else:
            after = f"when all {retries + 1} runs fail"
        message = f"there is no failure target: an event is dropped {after}"
        yield rule.finding(declaration, message, path="onFailure")


ASSUMED_INTERVAL = 60
"""Seconds from the start of one run to the start of the next: an assumption. No document tells the
interval of retries, and the time that a run takes is not in a config."""


def _validity_shorter_than_retries(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        draft = declaration.examined.draft
        paths = ("maxAsyncRetryAttempts", "maxAsyncEventAgeInSeconds")
        if draft is None or not declaration.examined.unknown.isdisjoint(paths):
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


def _failure_evidence_expires(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        target, at = declaration.examined.targets.get("onFailure"), "onFailure.expires"
        is_known = at not in declaration.examined.unknown
        if isinstance(target, Bucket) and is_known and target.expires:
            days = counted(target.expires, "day")
            message = f"the record of a failure is deleted after {days}"
            yield rule.finding(declaration, message, path=at)


_advice = partial(Rule, severity=Severity.WARNING, stage=RuleStage.ADVICE, can_be_accepted=True)

RULES = (
    _advice(
        id="FGN301",
        name="no-failure-target",
        summary="A config has no failure target.",
        why="An event whose runs all fail is dropped, and nothing but the function's log tells of "
        "it.",
        remedy="Send failures to a bucket, topic, stream or function.",
        find=_no_failure_target,
    ),
    _advice(
        id="FGN302",
        name="validity-shorter-than-retries",
        summary="The validity of a request may be over before its retries are.",
        why="A request older than its validity is discarded, whatever retries it has left. The "
        "interval of retries is not documented; this rule assumes a minute from run to run.",
        remedy="Raise max_async_event_age_in_seconds, or lower max_async_retry_attempts.",
        find=_validity_shorter_than_retries,
    ),
    _advice(
        id="FGN303",
        name="failure-evidence-expires",
        summary="The bucket that failures are sent to has expires set.",
        why="The object is the only record of the failed event; once it is deleted, the event can "
        "neither be read nor be sent again.",
        remedy="Leave expires at 0 on the failure target, and delete what has been dealt with.",
        find=_failure_evidence_expires,
    ),
)
