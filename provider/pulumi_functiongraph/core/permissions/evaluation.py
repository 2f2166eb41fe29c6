"""The evaluation of policy documents: may this action be done to this resource?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pulumi_functiongraph.core.permissions.conditions import Context, holding
from pulumi_functiongraph.core.permissions.documents import Statement, statements_of
from pulumi_functiongraph.core.permissions.names import covers_action, covers_resource
from pulumi_functiongraph.core.permissions.truth import Truth, all_of


class Decision(StrEnum):
    """The answer."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What some policy documents say of one action on one resource.

    Attributes:
        decision: allowed, denied or unknown.
        statement: the statement that decided, as the document has it; ``None`` when it is denied
            because nothing allows it.
        document: number of the document with that statement, from 0 on, ``None`` without one.
        missing: condition keys of which nothing is known and which may change the answer, sorted.
    """

    decision: Decision
    statement: Mapping[str, object] | None = field(default=None, hash=False)
    document: int | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    statement: Statement
    truth: Truth
    missing: frozenset[str]


def evaluate(
    documents: Sequence[Mapping[str, object]], action: str, resource: str, context: Context
) -> Evaluation:
    """Say whether policy documents allow an action on a resource.

    Every matching Deny wins over every Allow, and what nothing allows is denied (IAM user guide,
    "Policy Syntax"). An operator, a Version or a form that is not known here makes a statement
    unknown; it is never ignored.

    Args:
        documents: plain policy documents (``Version``, ``Statement``), of versions 1.0, 1.1, 5.0.
        action: such as ``obs:object:PutObject``.
        resource: the five-segment name, such as ``obs:*:*:object:bucket/key``.
        context: by condition key, a value, a list of values, or ``None`` for known to be absent.
            A key that is not in it makes its conditions unknown.
    """
    return _decided(_judged(documents, action, resource, context, beginning=False))


def evaluate_beginning(
    documents: Sequence[Mapping[str, object]], action: str, beginning: str, context: Context
) -> Evaluation:
    """`evaluate` for every resource whose name begins so, such as all objects with a prefix.

    A statement about some of them only is unknown: it is allowed when it is for each of them,
    denied when it is for each of them, else unknown.
    """
    return _decided(_judged(documents, action, beginning, context, beginning=True))


def _judged(
    documents: Sequence[Mapping[str, object]],
    action: str,
    resource: str,
    context: Context,
    *,
    beginning: bool,
) -> list[_Judged]:
    return [
        _judge(statement, action, resource, context, beginning=beginning)
        for statement in statements_of(documents)
    ]


def _judge(
    statement: Statement, action: str, resource: str, context: Context, *, beginning: bool
) -> _Judged:
    """A statement of an unknown Version may mean anything."""
    if not statement.version:
        return _Judged(statement, None, frozenset())
    named = all_of(
        (
            covers_action(statement, action),
            covers_resource(statement, resource, beginning=beginning),
        )
    )
    if named is False:
        return _Judged(statement, False, frozenset())
    held = holding(statement.content, context)
    truth = all_of((named, held.truth))
    missing = held.missing if truth is None else ()
    return _Judged(statement, truth, frozenset(missing))


def _decided(judged: Sequence[_Judged]) -> Evaluation:
    denying = [each for each in judged if each.statement.effect != "Allow"]
    allowing = [each for each in judged if each.statement.effect != "Deny"]
    sure = [each for each in denying if each.truth and each.statement.effect == "Deny"]
    if sure:
        return _evaluation(Decision.DENIED, sure[0])
    perhaps_denying = [each for each in denying if each.truth is not False]
    allowed = [each for each in allowing if each.truth and each.statement.effect == "Allow"]
    perhaps_allowing = [each for each in allowing if each.truth is not False]
    if perhaps_denying:
        if not perhaps_allowing:
            return Evaluation(Decision.DENIED)
        return _evaluation(Decision.UNKNOWN, perhaps_denying[0], (*perhaps_denying, *allowing))
    if allowed:
        return _evaluation(Decision.ALLOWED, allowed[0])
    if perhaps_allowing:
        return _evaluation(Decision.UNKNOWN, perhaps_allowing[0], perhaps_allowing)
    return Evaluation(Decision.DENIED)


def _evaluation(
    decision: Decision, deciding: _Judged, unknown: Iterable[_Judged] = ()
) -> Evaluation:
    return Evaluation(
        decision,
        deciding.statement.content,
        deciding.statement.document,
        tuple(sorted({key for each in unknown for key in each.missing})),
    )
