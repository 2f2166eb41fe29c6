"""Numbers of things as a person says them: "1 retry" and "2 retries"."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_functiongraph.core.validation import in_words


def counted(number: float, noun: str) -> str:
    """A number of things; words before the noun stay as they are."""
    return f"{in_words(number)} {noun if number == 1 else _plural(noun)}"


def first_of(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are."""
    more = len(names) - most
    told = ", ".join(names[:most])
    return f"{told} and {more:,} more" if more > 0 else told


def _plural(noun: str) -> str:
    if noun.endswith("s"):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"
