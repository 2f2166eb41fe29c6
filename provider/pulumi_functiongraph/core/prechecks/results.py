"""The checks of a pre-check, and their results: one for each config, target and check."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Check(StrEnum):
    """What is asked before a notification can be trusted to arrive, in order."""

    FUNCTION = "the function exists"
    AGENCY = "the function has an agency"
    AGENCY_EXISTS = "the agency exists"
    TRUST = "FunctionGraph may assume the agency"
    EXPIRY = "the agency is valid"
    PERMISSION = "the agency may write to the target"
    SCOPE = "the permission is granted where it takes effect"
    EXTRAS = "the agency may do what is documented beside that"
    TARGET = "the target exists"
    READINESS = "the target takes events"
    READABLE = "whether the function has a config already can be read"
    UNOWNED = "the function has no config that belongs to somebody else"


class CheckOutcome(StrEnum):
    """The answer to a question."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class CheckResult(msgspec.Struct, frozen=True):
    """The answer to one question about one config or one of its targets.

    Attributes:
        resource: the logical name of the config.
        path: the property path of the target, empty when it is about the config.
        question: what was asked.
        outcome: the answer.
        why: what decided; the same text for every config that it is the same for.
        remedy: what to do next, empty where nothing is to be done.
        where: ``file:line`` of the declaration.
        kind: of an unknown outcome, what failures of the same kind share.
        number: which declaration of the program the config is.
        mended_by: the resource of the same program that may change the answer before the config
            is sent, so that it is judged again then; empty when there is none.
        is_live: whether the config is live with the declared values, so that it stays as it is.
    """

    resource: str
    path: str
    question: Check
    outcome: CheckOutcome
    why: str
    remedy: str = ""
    where: str = ""
    kind: str = ""
    number: int = 0
    mended_by: str = ""
    is_live: bool = False

    @property
    def place(self) -> str:
        """The config or its target, as a person finds it."""
        return f"{self.resource}.{self.path}" if self.path else self.resource
