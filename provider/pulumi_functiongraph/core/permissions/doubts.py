"""When a need is not denied for sure, though no grant was found that allows it."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_functiongraph.core.agencies import Grant, Role, Scope
from pulumi_functiongraph.core.permissions.conditions import Context
from pulumi_functiongraph.core.permissions.documents import items_of
from pulumi_functiongraph.core.permissions.effects import (
    Effect,
    allows,
    evaluated,
    judged,
    lacking_beside,
    mappings_in,
    names_of,
)
from pulumi_functiongraph.core.permissions.evaluation import Decision
from pulumi_functiongraph.core.permissions.matrices import table_needs, table_says
from pulumi_functiongraph.core.permissions.needs import Need
from pulumi_functiongraph.core.permissions.verdict import Doubt


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
        is_meant = grant.scope is Scope.OBJECT_STORAGE and need.scope is Scope.DOMAIN
        if is_meant and judged(need, [Effect(grant.role)], context).decision is not Decision.DENIED:
            return grant.role, Doubt.OBJECT_STORAGE
    return None


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
            if evaluated(need, [document], context).decision is not Decision.DENIED:
                return True
    return False
