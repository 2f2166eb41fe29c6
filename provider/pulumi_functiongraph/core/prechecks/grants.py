"""Whether an agency may write to a target: its grants, laid against what the target needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain

from pulumi_functiongraph.core.agencies import Agency, Grant, Scope
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.permissions import (
    Decision,
    Need,
    Verdict,
    judge_need,
    needs_of,
    request_at,
    snippet,
)
from pulumi_functiongraph.core.prechecks import things
from pulumi_functiongraph.core.prechecks.asks import PENDING, AskGrants, Known, Unread
from pulumi_functiongraph.core.prechecks.opinion import Opinion, allowed, denied, unknown
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.prechecks.subjects import Aim
from pulumi_functiongraph.core.prechecks.target import is_elsewhere

TAKES_TIME = "a grant takes about ten minutes to take effect"
"""FunctionGraph user guide, "Configuring Agency Permissions"."""


def judge_grants(
    aim: Aim, *, agency: Agency, at: FunctionUrn, known: Known, now: datetime
) -> Iterator[Opinion]:
    """Whether an agency may write to a target, and where its grants are.

    Args:
        aim: the target.
        agency: who writes.
        at: the function whose results are written.
        known: the answers so far.
        now: with a time zone; grants may hold for a time only.
    """
    if aim.target is None or not aim.prefix_is_known or is_elsewhere(aim.target, at=at):
        return
    needs = needs_of(aim.target, at=at, account=agency.domain_id)
    answers: list[tuple[Grant, ...]] = []
    unread: dict[Scope, Unread] = {}
    is_whole = True
    for scope in Scope if needs else ():
        project = at.project_id if scope is Scope.PROJECT else ""
        answer = known.look(AskGrants(agency, scope, at.region, project))
        if answer is PENDING:
            is_whole = False  # the others are asked about at the same time
        elif isinstance(answer, Unread):
            unread[scope] = answer
        else:
            answers.append(answer or ())
    if needs and is_whole:
        verdicts = _judged(needs, _Granted(answers), now)
        yield from _opinions(verdicts, unread, agency=agency.name, function=at.name)


class _Granted:
    """Answers about grants, told apart as objects: to compare long lists takes long.

    Args:
        answers: what was answered about each scope.
    """

    __slots__ = ("_answers",)

    def __init__(self, answers: Iterable[tuple[Grant, ...]]) -> None:
        self._answers = tuple(answers)

    def __iter__(self) -> Iterator[Grant]:
        return chain.from_iterable(self._answers)

    def __hash__(self) -> int:
        return hash(tuple(map(id, self._answers)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Granted) and [*map(id, self._answers)] == [
            *map(id, other._answers)
        ]


@lru_cache(maxsize=8192)
def _judged(needs: tuple[Need, ...], granted: _Granted, now: datetime) -> tuple[Verdict, ...]:
    """Many configs share agencies and targets."""
    grants, request = tuple(granted), request_at(now)
    return tuple(judge_need(need, grants, request) for need in needs)


def _opinions(
    verdicts: Sequence[Verdict], unread: Mapping[Scope, Unread], *, agency: str, function: str
) -> Iterator[Opinion]:
    """On the permission, on its place, and on what is documented beside it."""
    about = (things.agency(agency), things.function(function))
    essential = [each for each in verdicts if each.need.is_essential]
    closed = {each.need: _unread(each, unread) for each in essential}
    refused = [
        each for each in essential if each.decision is Decision.DENIED and closed[each.need] is None
    ]
    misplaced = [each for each in refused if each.misplaced]
    missing = [each for each in refused if not each.misplaced]
    unsure = [found for each in essential if (found := closed[each.need] or _doubt(each))]
    if missing:
        why = f"agency {agency} may not write to the target: {'; '.join(map(_why, missing))}"
        yield denied(Question.PERMISSION, why, _remedy(missing), about=about)
    elif unsure:
        yield unknown(Question.PERMISSION, unsure[0])
    elif not misplaced:
        why = "; ".join(dict.fromkeys(map(_why, essential)))
        yield allowed(Question.PERMISSION, why)
    if misplaced:
        why = f"agency {agency}: {'; '.join(map(_place, misplaced))}"
        yield denied(Question.SCOPE, why, _remedy(misplaced), about=about)
    for each in verdicts:
        if not each.need.is_essential and each.decision is Decision.DENIED and not unread:
            why = f"agency {agency} may not {_act(each.need)}"
            yield denied(Question.EXTRAS, why, "", about=about)


def _unread(verdict: Verdict, unread: Mapping[Scope, Unread]) -> Unread | None:
    """The grants that could not be read and that might say otherwise.

    A Deny that was read stands. Of enterprise projects only an Allow could matter, because it is
    not known which of them the target belongs to.
    """
    if verdict.decision is Decision.DENIED and verdict.role is not None:
        return None
    scopes = [verdict.need.scope, Scope.INHERITED]
    if verdict.decision is Decision.DENIED:
        scopes.append(Scope.ENTERPRISE_PROJECT)
    return next((unread[scope] for scope in scopes if scope in unread), None)


def _doubt(verdict: Verdict) -> Unread | None:
    """Why the grants that were read do not decide."""
    if verdict.decision is not Decision.UNKNOWN:
        return None
    if verdict.by_action:
        return _doubt_of_action(*verdict.by_action)
    role = verdict.role.title if verdict.role else "of the agency"
    if verdict.by_table:
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
        why = f"role {role} names resources, which may be a part only of {_on(verdict.need)}"
    else:
        why = f"role {role} decides in a way that cannot be judged from here"
    return Unread(f"policy {role}", why, "try it with a test event")


def _doubt_of_action(is_allowed: Verdict, is_denied: Verdict) -> Unread:
    why = f"{_why(is_allowed)}, but {_why(is_denied)}; no document says which of the two actions a "
    why += "notification needs"
    return Unread(f"action {is_denied.need.action}", why, _remedy([is_denied]))


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
    """What would mend it; no grant helps against a Deny. Of what lacks, one policy to paste."""
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
    if need.scope is Scope.DOMAIN:
        return f"the account ({need.service.upper()} is a global service)"
    return f"project {need.project_id}"
