"""The verdict on one need of an agency: why it is allowed or denied, from all that is granted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from pulumi_functiongraph.core.agencies import Grant, GrantScope, Role
from pulumi_functiongraph.core.permissions.conditions import Context
from pulumi_functiongraph.core.permissions.doubts import doubted, may_need_another_action
from pulumi_functiongraph.core.permissions.effects import (
    Effect,
    Effects,
    Granted,
    is_in_place,
    lacking_beside,
    mappings_in,
)
from pulumi_functiongraph.core.permissions.needs import Need
from pulumi_functiongraph.core.permissions.policy_documents import Decision
from pulumi_functiongraph.core.permissions.resources import is_documented
from pulumi_functiongraph.core.permissions.verdict_parts import Doubt, Verdict

_NOTHING: Context = {}


def judge_need(
    need: Need, grants: Iterable[Grant] | Granted, context: Context = _NOTHING
) -> Verdict:
    """Say whether grants allow what is needed where it is needed.

    A role takes effect only when the roles that it depends on are granted in the same place (IAM
    API reference, "Querying Role Details", ``Depends``); what it denies makes the answer unknown
    then, and so does a dependency that is named in another way than by the display name. Which
    enterprise project a target belongs to is not known, so grants on enterprise projects make a
    denial unknown; so does a resource that may have another name, and an action that may be another
    one, where that makes a difference: a Deny of some actions of the service may not be of the one.
    """
    granted = grants if isinstance(grants, Granted) else Granted(grants)
    found = _of_any_action(need, granted, context)
    is_by_deny = found.decision is Decision.DENIED and found.role is not None
    if is_by_deny and may_need_another_action(need, granted, context):
        return replace(found, decision=Decision.UNKNOWN, doubt=Doubt.DENIED_ACTION)
    return found


def _of_any_action(need: Need, granted: Granted, context: Context) -> Verdict:
    if not need.instead:
        return _of_sure_action(need, granted, context)
    each = replace(need, instead="", action_is_sure=True)
    actions = [replace(each, action=action) for action in need.actions]
    found = _of_either(need, [_of_sure_action(action, granted, context) for action in actions])
    if found.decision is Decision.DENIED and found.role is None:
        either = replace(need, instead="")
        return replace(_of_sure_action(either, granted, context), need=need)
    return found


def _of_sure_action(need: Need, granted: Granted, context: Context) -> Verdict:
    verdict = _of_sure_name(need, granted, context)
    if need.otherwise:
        other = _of_sure_name(replace(need, resource=need.otherwise), granted, context)
        if other.decision is not verdict.decision:
            return Verdict(need, Decision.UNKNOWN, by_name=True)
    return verdict


def _of_either(need: Need, verdicts: Sequence[Verdict]) -> Verdict:
    """Only what is said of both actions is known; what is not known of one stays so."""
    by_decision = {each.decision: each for each in reversed(verdicts)}
    unknown = by_decision.get(Decision.UNKNOWN)
    if unknown or len(by_decision) == 1:
        return replace(unknown or verdicts[0], need=need)
    both = by_decision[Decision.ALLOWED], by_decision[Decision.DENIED]
    return Verdict(need, Decision.UNKNOWN, by_action=both)


def _of_sure_name(need: Need, granted: Granted, context: Context) -> Verdict:
    grants = granted.all
    here, effects = granted.here(need)
    verdict = effects.judge(need, context)
    is_for_want = verdict.decision is Decision.DENIED and verdict.role is None
    elsewhere = [grant for grant in grants if grant.scope is GrantScope.ENTERPRISE_PROJECT]
    if elsewhere and (is_for_want or verdict.decision is Decision.ALLOWED):
        with_others = Effects.of([*here, *elsewhere]).judge(need, context)
        if with_others.decision is not verdict.decision:
            return replace(with_others, decision=Decision.UNKNOWN, by_enterprise_project=True)
    if not is_for_want:
        return verdict
    unmet = _unmet(need, here, context)
    if found := doubted(need, here, grants, unmet, context):
        role, doubt = found
        return Verdict(need, Decision.UNKNOWN, role, doubt=doubt)
    return replace(
        verdict,
        unmet=unmet,
        misplaced=_misplaced(need, grants, context),
        unheld=_unheld(need, here, effects),
    )


def snippet(*needs: Need) -> str:
    """The smallest custom policy that allows all that is needed, ready to paste.

    It names resources where documents say how.
    """
    statements = [
        {"Effect": "Allow", "Action": [*need.actions]}
        | ({"Resource": [*need.resources]} if is_documented(need.resource) else {})
        for need in needs
    ]
    return json.dumps({"Version": "1.1", "Statement": statements})


def _unmet(
    need: Need, here: Sequence[Grant], context: Context
) -> tuple[Role, tuple[str, ...]] | None:
    for grant in here:
        lacking = lacking_beside(grant, here)
        if (
            lacking
            and Effects([Effect(grant.role)]).judge(need, context).decision is Decision.ALLOWED
        ):
            return grant.role, lacking
    return None


def _unheld(
    need: Need, here: Sequence[Grant], effects: Effects
) -> tuple[Role, tuple[str, ...]] | None:
    """What decides when nothing is known of the request, where what is known denies it."""
    if not any(_is_conditional(grant.role) for grant in here):
        return None
    found = effects.judge(need, _NOTHING)
    return (found.role, found.missing) if found.role and found.missing else None


def _is_conditional(role: Role) -> bool:
    statements = mappings_in(role.policy.get("Statement")) if role.policy else []
    return any("Condition" in statement for statement in statements)


_OF_THEIR_OWN = frozenset({GrantScope.ENTERPRISE_PROJECT, GrantScope.OBJECT_STORAGE})
"""Scopes of which no document says that a permission has no effect there."""


def _misplaced(need: Need, grants: Sequence[Grant], context: Context) -> Grant | None:
    elsewhere = [
        grant
        for grant in grants
        if not is_in_place(grant, need) and grant.scope not in _OF_THEIR_OWN
    ]
    together = Effects(Effect(grant.role) for grant in elsewhere).judge(need, context)
    if together.decision is Decision.DENIED and together.role is None:
        return None  # none of them says a word of it, as is nearly always so
    for grant in elsewhere:
        alone = Effects([Effect(grant.role)]).judge(need, context)
        if alone.decision is Decision.ALLOWED:
            return grant
    return None
