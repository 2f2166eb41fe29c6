"""The answer to one check, the same for every config that it concerns."""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.prechecks.questions import Unanswered
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome


class CheckAnswer(msgspec.Struct, frozen=True):
    """An answer about some objects, which a `CheckResult` gives for one config."""

    question: Check
    outcome: CheckOutcome
    why: str
    remedy: str = ""
    kind: str = ""
    about: tuple[CloudObject, ...] = ()


def allowed(question: Check, why: str) -> CheckAnswer:
    """All is well."""
    return CheckAnswer(question, CheckOutcome.ALLOWED, why)


def denied(
    question: Check, why: str, remedy: str, *, about: tuple[CloudObject, ...]
) -> CheckAnswer:
    """The notification would not arrive."""
    return CheckAnswer(question, CheckOutcome.DENIED, why, remedy, about=about)


def unknown(question: Check, unread: Unanswered) -> CheckAnswer:
    """It could not be verified."""
    return CheckAnswer(question, CheckOutcome.UNKNOWN, unread.why, unread.remedy, kind=unread.kind)
