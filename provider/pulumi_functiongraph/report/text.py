"""Lines of a report for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Literal, TypeAlias

import msgspec

from pulumi_functiongraph.core.findings import Finding

Tone: TypeAlias = Literal["plain", "faint", "good", "warn", "bad", "new"]
"""How a line is shown, where colours can be."""


class TextLine(msgspec.Struct, frozen=True):
    """One line, and how it is shown."""

    text: str
    tone: Tone = "plain"


def dated(when: datetime | None) -> tuple[str, ...]:
    """The line that says when it was looked, where that is told."""
    return () if when is None else (f"looked at {when:%Y-%m-%d %H:%M} UTC",)


def tone_of(finding: Finding) -> Tone:
    """How a finding is shown."""
    if finding.acknowledged:
        return "faint"
    return "bad" if finding.is_error else "warn"


def cut(lines: Iterable[str], *, most: int, more: str = "    … and {:,} more") -> Iterator[str]:
    """The first lines, and in one more how many more there are."""
    every = iter(lines)
    yield from islice(every, most)
    number = sum(1 for _ in every)
    if number:
        yield more.format(number)
