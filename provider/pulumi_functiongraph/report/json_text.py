"""JSON in which every character is visible, for people who look at it in a terminal or a diff."""

from __future__ import annotations

import json


def json_text(value: object) -> str:
    """The text of a document; what controls a terminal or the order of words is an escape."""
    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    return "".join(f"{line if line.isprintable() else _visible(line)}\n" for line in lines)


def _visible(line: str) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)
