"""What the grants of an agency amount to, for one need."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pulumi_functiongraph.core.agencies import Grant, Role, Scope
from pulumi_functiongraph.core.permissions.conditions import Context
from pulumi_functiongraph.core.permissions.documents import items_of
from pulumi_functiongraph.core.permissions.evaluation import (
    Decision,
    Evaluation,
    evaluate,
    evaluate_beginning,
)
from pulumi_functiongraph.core.permissions.matrices import table_needs, table_says
from pulumi_functiongraph.core.permissions.needs import Need
from pulumi_functiongraph.core.permissions.truth import Truth


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an agency may do what is needed.

    Attributes:
        need: what was asked.
        decision: allowed, denied or unknown.
        role: the role that decided, ``None`` when nothing allows it.
        statement: its statement that decided; ``None`` when the documented tables did, or nothing.
        by_table: whether IAM gave no document and the documented tables of permissions decided.
        missing: condition keys of which nothing is known.
        misplaced: a grant that would allow it, made where it has no effect.
        unmet: a role that would allow it, and the titles of the roles that it depends on and that
            are not granted beside it.
        by_enterprise_project: whether grants on enterprise projects would decide otherwise.
        by_name: whether it depends on which of its two names the resource has.
        by_action: what is said of the allowed and of the denied one of two actions, when it
            depends on which of them is needed.
        unheld: a role that would allow it if its conditions held, and the keys that they ask for.
    """

    need: Need
    decision: Decision
    role: Role | None = None
    statement: Mapping[str, object] | None = field(default=None, hash=False)
    by_table: bool = False
    missing: tuple[str, ...] = ()
    misplaced: Grant | None = None
    unmet: tuple[Role, tuple[str, ...]] | None = None
    by_enterprise_project: bool = False
    by_name: bool = False
    by_action: tuple[Verdict, Verdict] | None = None
    unheld: tuple[Role, tuple[str, ...]] | None = None


_NOTHING: Context = {}


def judge_need(need: Need, grants: Sequence[Grant], context: Context = _NOTHING) -> Verdict:
    """Say whether grants allow what is needed where it is needed.

    A role takes effect only when the roles that it depends on are granted in the same place (IAM
    API reference, "Querying Role Details", ``Depends``); what it denies is taken as in force all
    the same. Which enterprise project a target belongs to is not known, so grants on enterprise
    projects make a denial unknown; so does a resource that may have another name, and an action
    that may be another one, where that makes a difference.

    Args:
        need: an action on a resource.
        grants: of the agency, from every place.
        context: what is known of the request.
    """
    if not need.instead:
        return _of_sure_action(need, grants, context)
    actions = (replace(need, action=action, instead="") for action in need.actions)
    return _of_either(need, [_of_sure_action(each, grants, context) for each in actions])


def _of_sure_action(need: Need, grants: Sequence[Grant], context: Context) -> Verdict:
    verdict = _of_sure_name(need, grants, context)
    if need.otherwise:
        other = _of_sure_name(replace(need, resource=need.otherwise), grants, context)
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


def _of_sure_name(need: Need, grants: Sequence[Grant], context: Context) -> Verdict:
    here = [grant for grant in grants if _is_here(grant, need)]
    verdict = _judged(need, _effective(here), context)
    if verdict.decision is not Decision.DENIED or verdict.role is not None:
        return _unless_an_enterprise_project_denies(verdict, need, here, grants, context)
    elsewhere = [grant for grant in grants if grant.scope is Scope.ENTERPRISE_PROJECT]
    if elsewhere:
        with_others = _judged(need, _effective([*here, *elsewhere]), context)
        if with_others.decision is not Decision.DENIED:
            return replace(with_others, decision=Decision.UNKNOWN, by_enterprise_project=True)
    return replace(
        verdict,
        unmet=_unmet(need, here, context),
        misplaced=_misplaced(need, grants, context),
        unheld=_unheld(need, here),
    )


def snippet(*needs: Need) -> str:
    """The smallest custom policy that allows all that is needed, ready to paste."""
    statements = [
        {"Effect": "Allow", "Action": [*need.actions], "Resource": [*need.resources]}
        for need in needs
    ]
    return json.dumps({"Version": "1.1", "Statement": statements})


def _is_here(grant: Grant, need: Need) -> bool:
    if grant.scope is Scope.PROJECT and need.scope is Scope.PROJECT:
        return grant.scope_id in {"", need.project_id}
    return grant.scope is Scope.INHERITED or (
        grant.scope is need.scope and need.scope is not Scope.PROJECT
    )


@dataclass(frozen=True, slots=True)
class _Effect:
    role: Role
    is_complete: bool = True
    """Whether the roles that it depends on are there; without them it allows nothing."""


def _effective(grants: Sequence[Grant]) -> list[_Effect]:
    return [_Effect(grant.role, not _lacking(grant, grants)) for grant in grants]


def _lacking(grant: Grant, grants: Iterable[Grant]) -> tuple[str, ...]:
    """Titles of the roles that a role depends on and that are not granted beside it."""
    needed = _depends(grant.role)
    if not needed:
        return ()
    beside = {
        name.casefold()
        for other in grants
        for name in (other.role.display_name, other.role.name)
        if _are_beside(grant, other)
    }
    return tuple(title for title in needed if title.casefold() not in beside)


def _are_beside(one: Grant, other: Grant) -> bool:
    """Whether a grant has another in force in its place; an inherited one is in force in each.

    So what is inherited is completed by what is granted on the project that is asked about.
    Whether an enterprise project completes anything beyond itself, or is completed by it, is not
    documented: it is taken to be so, as nothing that counts on enterprise projects is for sure.
    """
    either = {one.scope, other.scope}
    if Scope.ENTERPRISE_PROJECT in either or Scope.INHERITED in either:
        return True
    return (one.scope, one.scope_id) == (other.scope, other.scope_id)


def _depends(role: Role) -> Sequence[str]:
    if role.policy is None:
        return table_needs(role.title)
    if "Depends" not in role.policy:
        return ()
    named = (each.get("display_name") for each in _mappings(role.policy.get("Depends")))
    return tuple(name for name in named if isinstance(name, str))


def _mappings(listed: object) -> list[Mapping[str, object]]:
    return [each for each in items_of(listed) if isinstance(each, Mapping)]


def _judged(need: Need, effects: Sequence[_Effect], context: Context) -> Verdict:
    """Roles without a document come last, so that one with a document is named before them."""
    ordered = sorted(effects, key=lambda each: each.role.policy is None)
    found = _evaluated(need, [_document(each, need) for each in ordered], context)
    if found.document is None:
        return Verdict(need, found.decision, missing=found.missing)
    role = ordered[found.document].role
    by_table = role.policy is None
    statement = None if by_table else found.statement
    return Verdict(need, found.decision, role, statement, by_table, found.missing)


_MAY_BE_ANYTHING: Mapping[str, object] = {}


def _document(effect: _Effect, need: Need) -> Mapping[str, object]:
    """The document of a role, or what the tables make of it.

    Of a role without those that it depends on, only what it denies, or may deny.
    """
    policy = effect.role.policy
    if policy is None:
        policy = _by_table(table_says(effect.role.title, need.action), need)
    if effect.is_complete:
        return policy
    left = [each for each in items_of(policy.get("Statement")) if not _allows(each)]
    return {**policy, "Statement": left}


def _allows(statement: object) -> bool:
    return isinstance(statement, Mapping) and statement.get("Effect") == "Allow"


def _by_table(truth: Truth, need: Need) -> Mapping[str, object]:
    if truth is None:
        return _MAY_BE_ANYTHING
    statement = {"Effect": "Allow", "Action": [need.action]}
    return {"Version": "1.1", "Statement": [statement] if truth else []}


def _evaluated(
    need: Need, documents: Sequence[Mapping[str, object]], context: Context
) -> Evaluation:
    by = evaluate_beginning if need.is_beginning else evaluate
    return by(documents, need.action, need.named, context)


def _unless_an_enterprise_project_denies(
    verdict: Verdict,
    need: Need,
    here: Sequence[Grant],
    grants: Sequence[Grant],
    context: Context,
) -> Verdict:
    elsewhere = [grant for grant in grants if grant.scope is Scope.ENTERPRISE_PROJECT]
    if verdict.decision is not Decision.ALLOWED or not elsewhere:
        return verdict
    with_others = _judged(need, _effective([*here, *elsewhere]), context)
    if with_others.decision is Decision.ALLOWED:
        return verdict
    return replace(with_others, decision=Decision.UNKNOWN, by_enterprise_project=True)


def _unmet(
    need: Need, here: Sequence[Grant], context: Context
) -> tuple[Role, tuple[str, ...]] | None:
    for grant in here:
        lacking = _lacking(grant, here)
        if lacking and _judged(need, [_Effect(grant.role)], context).decision is Decision.ALLOWED:
            return grant.role, lacking
    return None


def _unheld(need: Need, here: Sequence[Grant]) -> tuple[Role, tuple[str, ...]] | None:
    """What decides when nothing is known of the request, where what is known denies it."""
    if not any(_is_conditional(grant.role) for grant in here):
        return None
    found = _judged(need, _effective(here), _NOTHING)
    return (found.role, found.missing) if found.role and found.missing else None


def _is_conditional(role: Role) -> bool:
    statements = _mappings(role.policy.get("Statement")) if role.policy else []
    return any("Condition" in statement for statement in statements)


def _misplaced(need: Need, grants: Sequence[Grant], context: Context) -> Grant | None:
    elsewhere = [
        grant
        for grant in grants
        if not _is_here(grant, need) and grant.scope is not Scope.ENTERPRISE_PROJECT
    ]
    together = _judged(need, [_Effect(grant.role) for grant in elsewhere], context)
    if together.decision is Decision.DENIED and together.role is None:
        return None  # none of them says a word of it, as is nearly always so
    for grant in elsewhere:
        alone = _judged(need, [_Effect(grant.role)], context)
        if alone.decision is Decision.ALLOWED:
            return grant
    return None
