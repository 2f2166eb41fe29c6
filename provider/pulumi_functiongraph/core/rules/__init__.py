"""The rules: one file each, every one with an id that never changes its meaning.

Never here: reading a cloud, and knowing how a finding is shown.

Ids: FGN0xx values and declarations, FGN1xx cycles, FGN2xx pre-checks, FGN3xx advice.
"""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, in_order
from pulumi_functiongraph.core.rules import (
    acknowledged_cycle,
    acknowledgement_not_taken,
    agency_expired,
    agency_missing,
    agency_not_delegated,
    alias_as_source,
    credentials_of_another_project,
    declared_twice,
    documented_right_missing,
    failure_evidence_expires,
    function_missing,
    grant_in_wrong_scope,
    invalid_value,
    no_agency,
    no_failure_target,
    not_proved_acyclic,
    not_verified,
    notification_cycle,
    permission_denied,
    prefix_with_leading_slash,
    pulumi_urn,
    status_log_not_taken,
    target_cannot_take_events,
    target_missing,
    target_not_listed,
    target_of_another_project,
    validity_shorter_than_retries,
)
from pulumi_functiongraph.core.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    invalid_value.RULE,
    declared_twice.RULE,
    pulumi_urn.RULE,
    alias_as_source.RULE,
    target_not_listed.RULE,
    target_of_another_project.RULE,
    prefix_with_leading_slash.RULE,
    status_log_not_taken.RULE,
    credentials_of_another_project.RULE,
    acknowledgement_not_taken.RULE,
    notification_cycle.RULE,
    acknowledged_cycle.RULE,
    not_proved_acyclic.RULE,
    function_missing.RULE,
    no_agency.RULE,
    agency_missing.RULE,
    agency_not_delegated.RULE,
    agency_expired.RULE,
    permission_denied.RULE,
    grant_in_wrong_scope.RULE,
    target_missing.RULE,
    target_cannot_take_events.RULE,
    not_verified.RULE,
    documented_right_missing.RULE,
    no_failure_target.RULE,
    validity_shorter_than_retries.RULE,
    failure_evidence_expires.RULE,
)
"""Every rule, in order of the ids."""


_ADVICE = "FGN3"


def judge(program: Program) -> tuple[Finding, ...]:
    """All findings of all rules that every update is judged by, errors first."""
    return _found(program, [rule for rule in RULES if not rule.id.startswith(_ADVICE)])


def advise(program: Program) -> tuple[Finding, ...]:
    """What is said in reviews and by the policy pack; an update stays quiet about it."""
    return _found(program, [rule for rule in RULES if rule.id.startswith(_ADVICE)])


def _found(program: Program, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    return in_order(
        _accepted(found, program) if rule.can_be_accepted else found
        for rule in rules
        for found in rule.find(rule, program)
    )


def _accepted(finding: Finding, program: Program) -> Finding:
    """The finding with the reason of a comment that accepts it."""
    reason = program.comments.accepting(finding.rule, finding.where)
    return finding.model_copy(update={"acknowledged": reason}) if reason else finding


__all__ = ["RULES", "Rule", "advise", "judge"]
