"""The evaluation of policy documents: may this action be done to this resource?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pulumi_functiongraph.core.permissions.conditions import Context, Holding, holding
from pulumi_functiongraph.core.permissions.documents import is_mapping, items_of, read
from pulumi_functiongraph.core.permissions.names import covers_action, covers_resource
from pulumi_functiongraph.core.permissions.resources import Name, read_name
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
    document: int
    statement: Mapping[str, object]
    truth: Truth
    missing: frozenset[str]

    @property
    def effect(self) -> object:
        return self.statement.get("Effect")


@dataclass(frozen=True, slots=True)
class _Question:
    action: str
    name: Name
    context: Context


def evaluate(
    documents: Sequence[Mapping[str, object]],
    action: str,
    resource: str,
    context: Context,
    *,
    unsure: Collection[int] = (),
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
        unsure: numbers of the documents of which it is not known whether they have an effect.
    """
    question = _Question(action, read_name(resource), context)
    return _decided(_judge_documents(documents, question, unsure))


def evaluate_beginning(
    documents: Sequence[Mapping[str, object]],
    action: str,
    beginning: str,
    context: Context,
    *,
    unsure: Collection[int] = (),
) -> Evaluation:
    """`evaluate` for every resource whose name begins so, such as all objects with a prefix.

    A statement about some of them only is unknown: it is allowed when it is for each of them,
    denied when it is for each of them, else unknown.
    """
    name = read_name(beginning, is_beginning=True)
    return _decided(_judge_documents(documents, _Question(action, name, context), unsure))


def _judge_documents(
    documents: object, question: _Question, unsure: Collection[int]
) -> list[_Judged]:
    """What the statements say that are, or may be, about it."""
    found = []
    for number, document in enumerate(map(read, items_of(documents))):
        for said in document.statements:
            statement = said if is_mapping(said) else None
            held = _judge(statement, document.version, question)
            if held is not None:
                truth = None if number in unsure else held.truth
                found.append(_Judged(number, statement or {}, truth, frozenset(held.missing)))
    return found


def _judge(
    statement: Mapping[str, object] | None, version: str, question: _Question
) -> Holding | None:
    """How a statement turned out, ``None`` when it is about something else or does not hold.

    One that cannot be read, or of an unknown Version, may mean anything.
    """
    if statement is None or not version:
        return Holding(None)
    acts = covers_action(statement, question.action, version=version)
    if acts is False:
        return None
    meant = covers_resource(statement, question.name, version=version)
    if meant is False:
        return None
    held = holding(statement, question.context)
    truth = all_of((acts, meant, held.truth))
    if truth is False:
        return None
    return Holding(truth, held.missing if truth is None else set())


def _decided(judged: Sequence[_Judged]) -> Evaluation:
    """The rule of three values; an Effect that is neither Allow nor Deny may be either."""
    denying = [each for each in judged if each.effect != "Allow"]
    allowing = [each for each in judged if each.effect != "Deny"]
    if sure := _sure(denying, "Deny"):
        return _evaluation(Decision.DENIED, sure)
    if denying:
        if not allowing:
            return Evaluation(Decision.DENIED)
        return _evaluation(Decision.UNKNOWN, denying[0], (*denying, *allowing))
    if sure := _sure(allowing, "Allow"):
        return _evaluation(Decision.ALLOWED, sure)
    if allowing:
        return _evaluation(Decision.UNKNOWN, allowing[0], allowing)
    return Evaluation(Decision.DENIED)


def _sure(judged: Sequence[_Judged], effect: str) -> _Judged | None:
    """The first that holds for sure."""
    of_effect = (each for each in judged if each.effect == effect)
    return next((each for each in of_effect if each.truth), None)


def _evaluation(
    decision: Decision, deciding: _Judged, unknown: Iterable[_Judged] = ()
) -> Evaluation:
    return Evaluation(
        decision,
        deciding.statement,
        deciding.document,
        tuple(sorted({key for each in unknown for key in each.missing})),
    )
