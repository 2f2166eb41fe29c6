"""Shows texts of others on one line, with every character visible."""

from __future__ import annotations


def visible(text: str) -> str:
    """The text with characters that control a terminal, or cannot be encoded, written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def on_one_line(text: str) -> str:
    """The text, `visible`, with one blank for each run of blanks, tabs and line breaks."""
    return visible(" ".join(text.split()))
