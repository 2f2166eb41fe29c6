"""Lines of a report for a terminal or a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        text: what it says.
        tone: how it is said, where colours can be shown.
    """

    text: str
    tone: Literal["plain", "faint", "good", "warn", "bad", "new"] = "plain"
