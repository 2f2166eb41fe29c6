"""Opinions: answers to a question before it is said about which config they are."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_functiongraph.core.prechecks.cloud_objects import Thing
from pulumi_functiongraph.core.prechecks.questions import Unread
from pulumi_functiongraph.core.prechecks.results import Outcome, Question


@dataclass(frozen=True, slots=True)
class Opinion:
    """An answer.

    Attributes:
        question: what was asked.
        outcome: the answer.
        why: what decided.
        remedy: what to do next.
        kind: of an unknown outcome, what failures of the same kind share.
        about: the things that it is about.
    """

    question: Question
    outcome: Outcome
    why: str
    remedy: str = ""
    kind: str = ""
    about: tuple[Thing, ...] = ()


def allowed(question: Question, why: str) -> Opinion:
    """All is well."""
    return Opinion(question, Outcome.ALLOWED, why)


def denied(question: Question, why: str, remedy: str, *, about: tuple[Thing, ...]) -> Opinion:
    """The notification would not arrive."""
    return Opinion(question, Outcome.DENIED, why, remedy, about=about)


def unknown(question: Question, unread: Unread) -> Opinion:
    """It could not be verified."""
    return Opinion(question, Outcome.UNKNOWN, unread.why, unread.remedy, kind=unread.kind)
