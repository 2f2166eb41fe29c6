"""Texts in lines that fit into a box, in a font whose characters are all of one width."""

from __future__ import annotations

import re
from typing import ClassVar
from unicodedata import east_asian_width

import msgspec

_PIECES = re.compile(r"[^-_/:.\s]*[-_/:.\s]?")
_MOST_CHARACTERS = 26
_MOST_LINES = 5
_LAST_LINES = 2


class Font(msgspec.Struct, frozen=True):
    """Sizes in points.

    The widest of the usual fonts of one width takes 0.602 of its size for a character.
    """

    size: float
    line: float
    per_character: ClassVar[float] = 0.61

    def width(self, text: str) -> float:
        """The width of a text on one line."""
        return cells(text) * self.size * self.per_character


BOX = Font(12.0, 15.0)
LEAF = Font(11.0, 13.0)
BESIDE = Font(10.0, 12.0)
"""The font of labels beside arrows."""


def cells(text: str) -> int:
    """How many characters wide a text is; those of East Asia take two."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def wrapped(text: str) -> tuple[str, ...]:
    """The text in at most five lines of 26 characters, broken behind a mark where there is one.

    What is longer than a label of 60 characters is cut in the middle.
    """
    lines = [""]
    for piece in _pieces(text):
        if cells(lines[-1]) + cells(piece) > _MOST_CHARACTERS:
            lines.append("")
        lines[-1] += piece
    if len(lines) > _MOST_LINES:
        first = lines[: _MOST_LINES - _LAST_LINES]
        while cells(first[-1]) >= _MOST_CHARACTERS:
            first[-1] = first[-1][:-1]
        lines = [*first[:-1], f"{first[-1]}…", *lines[-_LAST_LINES:]]
    return tuple(line.strip() for line in lines)


def _pieces(text: str) -> list[str]:
    """The text between marks, none of it longer than half a line."""
    half = _MOST_CHARACTERS // 2
    return [
        piece[start : start + half]
        for piece in _PIECES.findall(text)
        for start in range(0, len(piece), half)
    ]
