"""The evaluation of policy documents: may this action be done to this resource?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from pulumi_functiongraph.core.permissions.conditions import Context, judge_conditions
from pulumi_functiongraph.core.permissions.names import Coverage, coverage, covers_action
from pulumi_functiongraph.core.permissions.resources import Name, read_name
from pulumi_functiongraph.core.permissions.statements import is_mapping, items_of, read
from pulumi_functiongraph.core.permissions.truth import Truth, all_of


class Decision(StrEnum):
    """The answer."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Evaluation(msgspec.Struct, frozen=True):
    """What some policy documents say of one action on one resource.

    Attributes:
        decision: allowed, denied or unknown.
        statement: the statement that decided, as the document has it; ``None`` when it is denied
            because nothing allows it.
        document: number of the document with that statement, from 0 on, ``None`` without one.
        missing: condition keys of which nothing is known and which may change the answer, sorted.
    """

    decision: Decision
    statement: Mapping[str, object] | None = None
    document: int | None = None
    missing: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Without the statement, which has none."""
        return hash((self.decision, self.document, self.missing))


class _Statement(NamedTuple):
    """A statement that is, or may be, about an action and a type of resource.

    A tuple, because thousands are read for each pre-check.

    Attributes:
        document: number of its document.
        content: as the document has it, empty when it is none.
        is_sure: whether its document has an effect for sure.
        acts: whether it is about the action.
        coverage: what it says of resources, ``None`` when it cannot be read.
    """

    document: int
    content: Mapping[str, object]
    is_sure: bool
    acts: Truth
    coverage: Coverage | None

    @property
    def effect(self) -> object:
        return self.content.get("Effect")


class _Judged(NamedTuple):
    statement: _Statement
    truth: Truth
    missing: Iterable[str]


class Policies:
    """Policy documents; which statements are about an action and a type is found out once.

    Args:
        documents: plain policy documents.
        unsure: numbers of the documents of which it is not known whether they have an effect.
    """

    __slots__ = ("_about", "_documents", "_unsure")

    def __init__(
        self, documents: Sequence[Mapping[str, object]], *, unsure: Collection[int] = ()
    ) -> None:
        self._documents = [read(document) for document in items_of(documents)]
        self._unsure = unsure
        self._about: dict[tuple[str, str, str], list[_Statement]] = {}

    def evaluate(self, action: str, name: Name, context: Context) -> Evaluation:
        """Say whether they allow an action on a resource; see `evaluate`."""
        key = (action, name.service, name.kind)
        statements = self._about.get(key)
        if statements is None:
            statements = self._about[key] = list(self._statements(*key))
        return _decided([each for one in statements if (each := _judge(one, name, context))])

    def _statements(self, action: str, service: str, kind: str) -> Iterator[_Statement]:
        """Those about an action and a type; one that cannot be read may mean anything."""
        for number, (version, statements) in enumerate(self._documents):
            is_sure = number not in self._unsure
            for said in statements:
                if not is_mapping(said) or not version:
                    content = said if is_mapping(said) else {}
                    yield _Statement(number, content, is_sure, None, None)
                    continue
                acts = covers_action(said, action, version=version)
                if acts is not False:
                    meant = coverage(said, service, kind, version=version)
                    yield _Statement(number, said, is_sure, acts, meant)


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
    return Policies(documents, unsure=unsure).evaluate(action, read_name(resource), context)


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
    return Policies(documents, unsure=unsure).evaluate(action, name, context)


def _judge(statement: _Statement, name: Name, context: Context) -> _Judged | None:
    """How a statement turned out, ``None`` when it is about something else or does not hold."""
    if statement.coverage is None:
        return _Judged(statement, None, ())
    meant = statement.coverage.of(name)
    if meant is False:
        return None
    held = judge_conditions(statement.content, context)
    truth = all_of((statement.acts, meant, held.truth))
    if truth is False:
        return None
    missing = held.missing if truth is None else ()
    return _Judged(statement, truth if statement.is_sure else None, missing)


def _decided(judged: Sequence[_Judged]) -> Evaluation:
    """The rule of three values; an Effect that is neither Allow nor Deny may be either."""
    denying = [each for each in judged if each.statement.effect != "Allow"]
    allowing = [each for each in judged if each.statement.effect != "Deny"]
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
    true = (each for each in judged if each.truth)
    return next((each for each in true if each.statement.effect == effect), None)


def _evaluation(
    decision: Decision, deciding: _Judged, unknown: Iterable[_Judged] = ()
) -> Evaluation:
    return Evaluation(
        decision,
        deciding.statement.content,
        deciding.statement.document,
        tuple(sorted({key for each in unknown for key in each.missing})),
    )
