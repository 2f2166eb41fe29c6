"""Whether an agency may write to a target: its grants, laid against what the target needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain

import msgspec

from pulumi_functiongraph.core.agencies import Agency, Grant, GrantScope
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.permissions import (
    Decision,
    Doubt,
    Granted,
    Need,
    Verdict,
    judge_need,
    needs_of,
    request_at,
    snippet,
)
from pulumi_functiongraph.core.prechecks import cloud_objects
from pulumi_functiongraph.core.prechecks.answer import CheckAnswer, allowed, denied, unknown
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedTarget
from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.prechecks.questions import PENDING, AskGrants, Known, Unanswered
from pulumi_functiongraph.core.prechecks.results import Check
from pulumi_functiongraph.core.prechecks.target import is_elsewhere

TAKES_TIME = "a grant takes about ten minutes to take effect"
"""FunctionGraph user guide, "Configuring Agency Permissions"."""


def judge_grants(
    aim: CheckedTarget, *, agency: Agency, at: FunctionUrn, known: Known, now: datetime
) -> Iterator[CheckAnswer]:
    """Whether an agency may write to a target, and where its grants are.

    Grants may hold for a time only, so `now` has a time zone.
    """
    if aim.target is None or not aim.prefix_is_known or is_elsewhere(aim.target, at=at):
        return
    needs = needs_of(aim.target, at=at, account=agency.domain_id)
    if not needs:
        return
    read = _GrantAnswers(agency, at, known)
    if not read.all_of(_ALWAYS):
        return
    verdicts = read.verdicts(needs, now)
    if any(each.need.scope is GrantScope.DOMAIN and _is_for_want(each) for each in verdicts):
        # Only now: most agencies have none there, and need none.
        if not read.all_of((GrantScope.OBJECT_STORAGE,)):
            return
        verdicts = read.verdicts(needs, now)
    yield from _answers(verdicts, read, function=at.name)


_ALWAYS = (
    GrantScope.PROJECT,
    GrantScope.DOMAIN,
    GrantScope.INHERITED,
    GrantScope.ENTERPRISE_PROJECT,
)


def _is_for_want(verdict: Verdict) -> bool:
    """Whether a need is denied because no grant was found, and not because one denies it."""
    is_denied = verdict.decision is Decision.DENIED and verdict.role is None
    return is_denied and verdict.need.is_essential


class _GrantAnswers(msgspec.Struct):
    """What was answered about the grants of an agency, and by scope why it was not."""

    agency: Agency
    at: FunctionUrn
    known: Known
    answers: list[tuple[Grant, ...]] = msgspec.field(default_factory=list)
    unread: dict[GrantScope, Unanswered] = msgspec.field(default_factory=dict)

    def all_of(self, scopes: Iterable[GrantScope]) -> bool:
        """Read some scopes, all of them asked about at the same time; false while one is open."""
        is_whole = True
        for scope in scopes:
            project = self.at.project_id if scope is GrantScope.PROJECT else ""
            answer = self.known.look(AskGrants(self.agency, scope, self.at.region, project))
            if answer is PENDING:
                is_whole = False
            elif isinstance(answer, Unanswered):
                self.unread[scope] = answer
            else:
                self.answers.append(answer or ())
        return is_whole

    def verdicts(self, needs: tuple[Need, ...], now: datetime) -> tuple[Verdict, ...]:
        """What the grants that were read amount to."""
        return _judge_needs(needs, _granted(_GrantsByScope(self.answers)), now)

    def about(self, function: str) -> tuple[CloudObject, ...]:
        """Who changes the agency, what it or a role of it is granted, or the function."""
        names = [self.agency.name, self.agency.id]
        for grant in chain.from_iterable(self.answers):
            names += (grant.role.display_name, grant.role.name, grant.role.id)
        return (
            cloud_objects.agency(self.agency.name),
            cloud_objects.grants(*names),
            cloud_objects.function(function),
        )


class _GrantsByScope(tuple[tuple[Grant, ...], ...]):
    """Answers about grants by scope, told apart as objects: to compare long lists takes long."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _GrantsByScope) and [*map(id, self)] == [*map(id, other)]


@lru_cache(maxsize=1024)
def _granted(answers: _GrantsByScope) -> Granted:
    return Granted(chain.from_iterable(answers))


@lru_cache(maxsize=8192)
def _judge_needs(needs: tuple[Need, ...], granted: Granted, now: datetime) -> tuple[Verdict, ...]:
    """Many configs share agencies and targets."""
    request = request_at(now)
    return tuple(judge_need(need, granted, request) for need in needs)


def _answers(
    verdicts: Sequence[Verdict], read: _GrantAnswers, *, function: str
) -> Iterator[CheckAnswer]:
    """On the permission, on its place, and on what is documented beside it."""
    agency, unread = read.agency.name, read.unread
    essential = [each for each in verdicts if each.need.is_essential]
    closed = {each.need: _unread(each, unread) for each in essential}
    refused = [
        each for each in essential if each.decision is Decision.DENIED and closed[each.need] is None
    ]
    misplaced = [each for each in refused if each.misplaced]
    missing = [each for each in refused if not each.misplaced]
    extras = [
        each
        for each in verdicts
        if not each.need.is_essential and each.decision is Decision.DENIED and not unread
    ]
    about = read.about(function) if refused or extras else ()
    unsure = [found for each in essential if (found := closed[each.need] or _doubt(each))]
    if missing:
        why = f"agency {agency} may not write to the target: {'; '.join(map(_why, missing))}"
        yield denied(Check.PERMISSION, why, _remedy(missing), about=about)
    elif unsure:
        yield unknown(Check.PERMISSION, unsure[0])
    elif not misplaced:
        why = "; ".join(dict.fromkeys(map(_why, essential)))
        yield allowed(Check.PERMISSION, why)
    if misplaced:
        why = f"agency {agency}: {'; '.join(map(_place, misplaced))}"
        yield denied(Check.SCOPE, why, _remedy(misplaced), about=about)
    for each in extras:
        why = f"agency {agency} may not {_act(each.need)}"
        yield denied(Check.EXTRAS, why, "", about=about)


def _unread(verdict: Verdict, unread: Mapping[GrantScope, Unanswered]) -> Unanswered | None:
    """The grants that could not be read and that might say otherwise.

    A Deny that was read stands. Else an Allow or a Deny on an enterprise project may decide,
    because the target may belong to it; and an Allow on the built-in project of OBS.
    """
    if verdict.decision is Decision.DENIED and verdict.role is not None:
        return None
    scopes = [verdict.need.scope, GrantScope.INHERITED, GrantScope.ENTERPRISE_PROJECT]
    if verdict.decision is Decision.DENIED:
        scopes.append(GrantScope.OBJECT_STORAGE)
    return next((unread[scope] for scope in scopes if scope in unread), None)


def _doubt(verdict: Verdict) -> Unanswered | None:
    """Why the grants that were read do not decide."""
    if verdict.decision is not Decision.UNKNOWN:
        return None
    if verdict.by_action:
        return _doubt_of_action(*verdict.by_action)
    role, on = (verdict.role.title if verdict.role else "of the agency"), _on(verdict.need)
    remedy = _TRY
    if verdict.doubt:
        remedy = _REMEDIES.get(verdict.doubt, _TRY).format(act=_act(verdict.need))
        why = _DOUBTS[verdict.doubt].format(role=role, act=_act(verdict.need))
    elif verdict.by_table:
        why = f"IAM gives no policy of role {role}, and no document says what it allows"
    elif verdict.by_name:
        why = "the grants tell keys with and without the prefix's first slash apart, and it is not "
        why += "known which of them the service writes"
    elif verdict.by_enterprise_project:
        why = "grants on enterprise projects decide, and it is not known which the target is in"
    elif verdict.missing:
        keys = ", ".join(verdict.missing)
        why = f"role {role} decides by {keys}, known only when an event is delivered"
    elif verdict.statement and not verdict.statement.keys().isdisjoint(_ABOUT):
        why = f"role {role} names resources in a form that is not documented for {on}, or a part "
        why += "of it only"
        remedy = f"write the policy as documented: {snippet(verdict.need)}; or {_TRY}"
    else:
        why = f"role {role} decides in a way that cannot be judged from here"
    return Unanswered(f"policy {role}", why, remedy)


_TRY = "try it with a test event"
_REMEDIES = {
    Doubt.OTHER_ACTION: f"grant {{act}}, or {_TRY}",
    Doubt.DENIED_ACTION: f"take the Deny out of the role, or {_TRY}",
    Doubt.DEPENDENCY_ELSEWHERE: f"grant it in the same place, or {_TRY}",
    Doubt.DEPENDENCY_NAME: f"name them by their display names, or {_TRY}",
    Doubt.NO_DEPENDENCY: f"take the Deny out of the role, or {_TRY}",
    Doubt.OBJECT_STORAGE: f"grant it on the account, or {_TRY}",
}
_DOUBTS = {
    Doubt.TITLE: "role {role} is documented to allow {act}, and its policy does not say so",
    Doubt.OTHER_ACTION: "role {role} allows other actions of the service than {act}, and no "
    "document of today says which one a notification needs",
    Doubt.DENIED_ACTION: "role {role} denies {act}, but not every action of the service, and no "
    "document of today says which one a notification needs",
    Doubt.DEPENDENCY_ELSEWHERE: "role {role} depends on a role that is granted, but elsewhere, and "
    "no document says whether that is enough",
    Doubt.DEPENDENCY_NAME: "role {role} decides, and names what it depends on by another name than "
    "the display name of a role that is granted, which no document speaks of",
    Doubt.NO_DEPENDENCY: "role {role} denies {act}, but what it depends on is not granted beside "
    "it, and no document says whether what it denies has an effect then",
    Doubt.OBJECT_STORAGE: "role {role} is granted on MOS, the built-in project of OBS, and no "
    "document says whether it has an effect there; the documented place is the account",
}
"""Why no denial rests on them."""


def _doubt_of_action(is_allowed: Verdict, is_denied: Verdict) -> Unanswered:
    why = f"{_why(is_allowed)}, but {_why(is_denied)}; no document says which of the two actions a "
    why += "notification needs"
    return Unanswered(f"action {is_denied.need.action}", why, _remedy([is_denied]))


_ABOUT = frozenset({"Resource", "NotResource"})


def _why(verdict: Verdict) -> str:
    act = _act(verdict.need)
    if verdict.decision is Decision.ALLOWED and verdict.role:
        label = ", judged by its documented name" if verdict.by_table else ""
        return f"role {verdict.role.title} allows {verdict.need.action}{label}"
    if verdict.role:
        return f"role {verdict.role.title} denies {verdict.need.action} on {_on(verdict.need)}"
    if verdict.unmet:
        role, lacking = verdict.unmet
        return f"role {role.title} has no effect without {', '.join(lacking)} beside it"
    if verdict.unheld:
        role, keys = verdict.unheld
        return f"role {role.title} allows {act} by {', '.join(keys)} only, which does not hold now"
    return f"nothing grants it {act}"


def _place(verdict: Verdict) -> str:
    grant = verdict.misplaced
    role, scope = (grant.role.title, grant.scope) if grant else ("", "")
    return (
        f"role {role} allows {verdict.need.action}, but it is granted on the {scope}, where that "
        f"has no effect; it takes effect on {_where(verdict.need)}"
    )


def _remedy(refused: Sequence[Verdict]) -> str:
    """What would fix it; no grant helps against a Deny. Of what lacks, one policy to paste."""
    told: list[str] = []
    lacking: dict[str, list[Need]] = {}
    for each in refused:
        if each.role:
            told.append(f"take the Deny out of role {each.role.title}")
        elif each.unmet:
            told.append(f"grant {', '.join(each.unmet[1])} on {_where(each.need)} too")
        elif each.unheld:
            told.append(f"change the condition of role {each.unheld[0].title}")
        else:
            lacking.setdefault(_where(each.need), []).append(each.need)
    told += [f"grant on {where}: {snippet(*needs)}" for where, needs in lacking.items()]
    return "; ".join([*dict.fromkeys(told), TAKES_TIME])


def _act(need: Need) -> str:
    return f"{' or '.join(need.actions)} on {_on(need)}"


def _on(need: Need) -> str:
    return f"{need.resource}{'*' if need.is_beginning else ''}"


def _where(need: Need) -> str:
    if need.scope is GrantScope.DOMAIN:
        return f"the account ({need.service.upper()} is a global service)"
    return f"project {need.project_id}"
