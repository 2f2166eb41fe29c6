"""The values that a verdict on one need of an agency is made of: what decided, what is doubted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from pulumi_functiongraph.core.agencies import Grant, Role
from pulumi_functiongraph.core.permissions.needs import Need
from pulumi_functiongraph.core.permissions.policy_documents import Decision


class Doubt(StrEnum):
    """What makes an answer unknown that would be known otherwise."""

    TITLE = "documented to allow it"
    OTHER_ACTION = "allows other actions of the service"
    DENIED_ACTION = "denies some actions of the service"
    DEPENDENCY_ELSEWHERE = "what it depends on is granted elsewhere"
    DEPENDENCY_NAME = "what it depends on is granted by another name"
    NO_DEPENDENCY = "denies it, and what it depends on is not granted"
    OBJECT_STORAGE = "granted on the built-in project of OBS"


class Verdict(msgspec.Struct, frozen=True):
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
        doubt: why it is unknown, where neither a condition nor a name is the reason.
    """

    need: Need
    decision: Decision
    role: Role | None = None
    statement: Mapping[str, object] | None = None
    by_table: bool = False
    missing: tuple[str, ...] = ()
    misplaced: Grant | None = None
    unmet: tuple[Role, tuple[str, ...]] | None = None
    by_enterprise_project: bool = False
    by_name: bool = False
    by_action: tuple[Verdict, Verdict] | None = None
    unheld: tuple[Role, tuple[str, ...]] | None = None
    doubt: Doubt | None = None

    def __hash__(self) -> int:
        """Without the statement, which has none."""
        return hash((self.need, self.decision, self.role and self.role.id, self.doubt))
