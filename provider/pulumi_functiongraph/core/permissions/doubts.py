"""When a need is not denied for sure, though no grant was found that allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from pulumi_functiongraph.core.agencies import Grant, GrantScope, Role
from pulumi_functiongraph.core.permissions.conditions import Context
from pulumi_functiongraph.core.permissions.effects import (
    Effect,
    Effects,
    Granted,
    allows,
    evaluate_need,
    lacking_beside,
    mappings_in,
    names_of,
)
from pulumi_functiongraph.core.permissions.matrices import table_needs, table_says
from pulumi_functiongraph.core.permissions.needs import Need
from pulumi_functiongraph.core.permissions.policy_documents import Decision
from pulumi_functiongraph.core.permissions.statements import items_of
from pulumi_functiongraph.core.permissions.verdict_parts import Doubt


def doubted(
    need: Need,
    here: Sequence[Grant],
    grants: Sequence[Grant],
    unmet: tuple[Role, tuple[str, ...]] | None,
    context: Context,
) -> tuple[Role, Doubt] | None:
    """The role for whose sake nobody can say that a need is denied."""
    for grant in here:
        role = grant.role
        if role.policy is None:
            continue
        said = table_says(role.title, need.action)
        if said and not lacking_beside(grant, here):
            return role, Doubt.TITLE
        if not need.action_is_sure and said is None and _allows_other(role, need, context):
            return role, Doubt.OTHER_ACTION
    if unmet and not table_needs(unmet[0].title):
        elsewhere = {name for grant in grants for name in names_of(grant.role)}
        if all(title.casefold() in elsewhere for title in unmet[1]):
            return unmet[0], Doubt.DEPENDENCY_ELSEWHERE
    for grant in grants:
        is_meant = grant.scope is GrantScope.OBJECT_STORAGE and need.scope is GrantScope.DOMAIN
        if (
            is_meant
            and Effects([Effect(grant.role)]).judge(need, context).decision is not Decision.DENIED
        ):
            return grant.role, Doubt.OBJECT_STORAGE
    return None


def may_need_another_action(need: Need, granted: Granted, context: Context) -> bool:
    """Whether a need that a Deny refuses may be of another action, which is not denied.

    So it may where no document of today says which action is needed, the Deny is not of every
    action of the service, and something of the service is, or may be, allowed.
    """
    if need.action_is_sure:
        return False
    unheard_of = replace(need, action=f"{need.service}:\0:\0", instead="")
    found = granted.here(need)[1].judge(unheard_of, context)
    is_of_all = found.decision is Decision.DENIED and found.role is not None
    if is_of_all and "NotAction" not in (found.statement or {}):
        return False
    return any(_may_allow(grant.role, need, context) for grant in granted.all)


def _may_allow(role: Role, need: Need, context: Context) -> bool:
    """Whether a role, what it denies aside, allows or may allow anything of the service."""
    policy = role.policy
    if policy is None:
        return table_says(role.title, need.action) is not False
    said = items_of(policy.get("Statement"))
    left = [
        each for each in said if not (isinstance(each, Mapping) and each.get("Effect") == "Deny")
    ]
    document = {**policy, "Statement": left}
    found = evaluate_need(need, document, context)
    return found.decision is not Decision.DENIED or _allows_other(role, need, context)


def _allows_other(role: Role, need: Need, context: Context) -> bool:
    """Whether a role allows actions of the service, and of no other, on what is needed.

    No document of today says which action is needed, so one of those may be the one.
    """
    allowing = [each for each in mappings_in((role.policy or {}).get("Statement")) if allows(each)]
    for statement in allowing:
        actions = [each for each in items_of(statement.get("Action")) if isinstance(each, str)]
        if any(each.partition(":")[0].casefold() == need.service for each in actions):
            widened = {**statement, "Action": [need.action]}
            document = {"Version": (role.policy or {}).get("Version"), "Statement": [widened]}
            if evaluate_need(need, document, context).decision is not Decision.DENIED:
                return True
    return False
