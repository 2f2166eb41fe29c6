"""Lines of a report for a terminal or a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["plain", "faint", "good", "warn", "bad", "new"]
"""How a line is shown, where colours can be."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line, and how it is shown."""

    text: str
    tone: Tone = "plain"
