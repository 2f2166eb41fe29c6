"""FGN210: it could not be verified that notifications would arrive."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import CheckOutcome, CheckResult
from pulumi_functiongraph.core.rules.precheck_answers import named
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage

MOST_REASONS = 6
"""Reasons that the one finding gives; with more than that, something is wrong as a whole."""


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    open_ones = [each for each in program.prechecks if each.outcome is CheckOutcome.UNKNOWN]
    if not open_ones:
        return
    kinds: dict[str, list[CheckResult]] = {}
    for result in open_ones:
        kinds.setdefault(result.kind, []).append(result)
    reasons = [_reason(results) for results in kinds.values()]
    more = len(reasons) - MOST_REASONS
    told = [*reasons[:MOST_REASONS], *([counted(more, "more reason")] if more > 0 else [])]
    remedies = list(dict.fromkeys(result.remedy for result in open_ones if result.remedy))
    yield Finding(
        rule=rule.id,
        severity=rule.severity,
        subject=SUBJECT,
        message=f"not everything could be verified: {'; '.join(told)}",
        remedy="; ".join([*remedies[:MOST_REASONS], rule.remedy]),
    )


def _reason(results: list[CheckResult]) -> str:
    whys = list(dict.fromkeys(result.why for result in results))
    alike = f" and {len(whys) - 1:,} more like it" if len(whys) > 1 else ""
    return f"{whys[0].rstrip('.')}{alike} ({named(results)})"


SUBJECT = "pre-check"
"""What the finding is about; it is one for all configs."""

RULE = Rule(
    id="FGN210",
    name="not-verified",
    severity=Severity.WARNING,
    summary="It could not be verified that a notification would arrive.",
    why="The credentials of a deployment often may not read agencies and their grants, a service "
    "may be down, and what lies in another project cannot be read. Whether a policy allows "
    "something may also rest on what no document says (docs/permissions.md). What could not be "
    "verified stops nothing, and is reported once with all its reasons.",
    remedy="fgctl precheck with credentials that may look does the same check, and "
    "functiongraph:precheck = off goes without.",
    stage=RuleStage.PRECHECK,
    find=_find,
)

RULES = (RULE,)
