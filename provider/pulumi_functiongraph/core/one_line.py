"""Shows texts of others with every character visible, on one line or on their own."""

from __future__ import annotations

_LONGEST_SHOWN = 80
"""Characters of a name."""


def visible(text: str) -> str:
    """The text with characters that control a terminal, or cannot be encoded, written out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def escaped(text: str) -> str:
    """The text, `visible`, and cut where it is long: a name that somebody chose."""
    shown = visible(text)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def visible_lines(text: str) -> str:
    """The text, `visible`, with its line breaks."""
    return "\n".join(map(visible, text.split("\n")))


def on_one_line(text: str) -> str:
    """The text, `visible`, with one blank for each run of blanks, tabs and line breaks."""
    return visible(" ".join(text.split()))
