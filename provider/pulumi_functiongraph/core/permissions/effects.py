"""What roles that are granted together allow and deny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.agencies import Grant, GrantScope, Role
from pulumi_functiongraph.core.permissions.conditions import Context
from pulumi_functiongraph.core.permissions.matrices import table_needs, table_says
from pulumi_functiongraph.core.permissions.needs import Need
from pulumi_functiongraph.core.permissions.policy_documents import (
    Decision,
    Evaluation,
    Policies,
)
from pulumi_functiongraph.core.permissions.statements import items_of
from pulumi_functiongraph.core.permissions.truth import Truth
from pulumi_functiongraph.core.permissions.verdict_parts import Doubt, Verdict


class Effect(msgspec.Struct, frozen=True):
    """A role that is in force somewhere."""

    role: Role
    is_complete: Truth = True
    """Whether the roles that it depends on are there; without them it allows nothing for sure."""


def is_in_place(grant: Grant, need: Need) -> bool:
    """Whether a grant is made on all resources, or where the need is."""
    if grant.scope is GrantScope.PROJECT and need.scope is GrantScope.PROJECT:
        return grant.scope_id in {"", need.project_id}
    return grant.scope is GrantScope.INHERITED or (
        grant.scope is need.scope and need.scope is not GrantScope.PROJECT
    )


def _is_complete(grant: Grant, grants: Iterable[Grant]) -> Truth:
    """Whether a role has beside it what it depends on.

    Documents name a dependency by the display name. Whether another case of it, or the internal
    name, is understood too, is not known.
    """
    if not _depends(grant.role):
        return True
    if lacking_beside(grant, grants):
        return False
    if grant.role.policy is None:
        return True
    titles = {other.role.display_name for other in grants if _are_beside(grant, other)}
    return True if titles.issuperset(_depends(grant.role)) else None


def lacking_beside(grant: Grant, grants: Iterable[Grant]) -> tuple[str, ...]:
    """Titles of the roles that a role depends on and that are not granted beside it for sure."""
    needed = _depends(grant.role)
    if not needed:
        return ()
    beside = {
        name for other in grants if _are_beside(grant, other) for name in names_of(other.role)
    }
    return tuple(title for title in needed if title.casefold() not in beside)


def names_of(role: Role) -> tuple[str, ...]:
    """What a dependency may call a role, the case aside."""
    return role.display_name.casefold(), role.name.casefold()


def _are_beside(one: Grant, other: Grant) -> bool:
    """Whether a grant has another in force in its place; an inherited one is in force in each.

    So what is inherited is completed by what is granted on the project that is asked about.
    Whether an enterprise project completes anything beyond itself, or is completed by it, is not
    documented: it is taken to be so, as nothing that counts on enterprise projects is for sure.
    """
    either = {one.scope, other.scope}
    if GrantScope.ENTERPRISE_PROJECT in either or GrantScope.INHERITED in either:
        return True
    return (one.scope, one.scope_id) == (other.scope, other.scope_id)


def _depends(role: Role) -> Sequence[str]:
    if role.policy is None:
        return table_needs(role.title)
    if "Depends" not in role.policy:
        return ()
    named = (each.get("display_name") for each in mappings_in(role.policy.get("Depends")))
    return tuple(name for name in named if isinstance(name, str))


def mappings_in(listed: object) -> list[Mapping[str, object]]:
    """The objects of a list, or a single one."""
    return [each for each in items_of(listed) if isinstance(each, Mapping)]


class Effects:
    """Roles that are in force together, with their documents read once for each action.

    Roles without a document come last, so that one with a document is named before them.
    """

    __slots__ = ("_ordered", "_policies")

    def __init__(self, effects: Iterable[Effect]) -> None:
        self._ordered = sorted(effects, key=lambda each: each.role.policy is None)
        self._policies: dict[str, Policies] = {}

    @classmethod
    def of(cls, grants: Sequence[Grant]) -> Effects:
        """The roles of some grants; one without those that it depends on allows nothing."""
        return cls(Effect(grant.role, _is_complete(grant, grants)) for grant in grants)

    def judge(self, need: Need, context: Context) -> Verdict:
        """What they say of a need together."""
        policies = self._policies.get(need.action)
        if policies is None:
            unsure = [at for at, each in enumerate(self._ordered) if not each.is_complete]
            policies = Policies([_document(each, need) for each in self._ordered], unsure=unsure)
            self._policies[need.action] = policies
        found = policies.evaluate(need.action, need.name, context)
        if found.document is None:
            return Verdict(need, found.decision, missing=found.missing)
        deciding = self._ordered[found.document]
        role, by_table = deciding.role, deciding.role.policy is None
        statement = None if by_table else found.statement
        verdict = Verdict(need, found.decision, role, statement, by_table, found.missing)
        if found.decision is not Decision.UNKNOWN or deciding.is_complete:
            return verdict
        is_lacking = deciding.is_complete is False
        return replace(verdict, doubt=Doubt.NO_DEPENDENCY if is_lacking else Doubt.DEPENDENCY_NAME)


class Granted:
    """All that an agency is granted, with what is in force in each place found out once."""

    __slots__ = ("_here", "all")

    def __init__(self, grants: Iterable[Grant]) -> None:
        self.all = tuple(grants)
        self._here: dict[tuple[GrantScope, str], tuple[tuple[Grant, ...], Effects]] = {}

    def here(self, need: Need) -> tuple[tuple[Grant, ...], Effects]:
        """The grants that are made where they count for a need, enterprise projects aside."""
        place = (need.scope, need.project_id)
        if place not in self._here:
            grants = tuple(grant for grant in self.all if is_in_place(grant, need))
            self._here[place] = grants, Effects.of(grants)
        return self._here[place]


_MAY_BE_ANYTHING: Mapping[str, object] = {}


def _document(effect: Effect, need: Need) -> Mapping[str, object]:
    """The document of a role, or what the tables make of it.

    Of a role without those that it depends on, only what it denies, or may deny: that it has no
    effect then is documented, and said of what it allows.
    """
    policy = effect.role.policy
    if policy is None:
        policy = _by_table(table_says(effect.role.title, need.action), need)
    if effect.is_complete is not False:
        return policy
    left = [each for each in items_of(policy.get("Statement")) if not allows(each)]
    return {**policy, "Statement": left}


def allows(statement: object) -> bool:
    """Whether a statement is one that allows."""
    return isinstance(statement, Mapping) and statement.get("Effect") == "Allow"


def _by_table(truth: Truth, need: Need) -> Mapping[str, object]:
    if truth is None:
        return _MAY_BE_ANYTHING
    statement = {"Effect": "Allow", "Action": [need.action]}
    return {"Version": "1.1", "Statement": [statement] if truth else []}


def evaluate_need(need: Need, document: Mapping[str, object], context: Context) -> Evaluation:
    """What a document says of a need."""
    return Policies([document]).evaluate(need.action, need.name, context)
