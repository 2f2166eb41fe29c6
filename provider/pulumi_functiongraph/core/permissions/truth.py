"""Three-valued truth: true, false, and not known (``None``), as Kleene has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Truth: TypeAlias = bool | None
"""``None`` stands for: it may be either."""


def any_of(truths: Iterable[Truth]) -> Truth:
    """True when one is, false when all are, else not known."""
    found: Truth = False
    for truth in truths:
        if truth:
            return True
        if truth is None:
            found = None
    return found


def all_of(truths: Iterable[Truth]) -> Truth:
    """False when one is, true when all are, else not known."""
    found: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            found = None
    return found


def negated(truth: Truth) -> Truth:
    """The opposite; what is not known stays so."""
    return None if truth is None else not truth
