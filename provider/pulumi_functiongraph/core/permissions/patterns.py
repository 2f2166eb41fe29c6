"""Patterns with ``*`` (any characters, also none) and ``?`` (one character), and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

from pulumi_functiongraph.core.permissions.truth import Truth

_KEPT = 4096
"""Patterns that are kept compiled; a project has some dozens."""


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches the whole of a text, case included."""
    return _compiled(pattern).fullmatch(text) is not None


def matches_beginning(pattern: str, beginning: str) -> Truth:
    """Whether a pattern matches every text that begins so; ``None`` when only some.

    The positions in the pattern that a text can have reached with its beginning decide: with none,
    no such text matches; else some do, and all do when what is left of the pattern takes anything.
    """
    left = {pattern[at:] for at in _reached(pattern, beginning)}
    if not left:
        return False
    open_ended = [rest for rest in left if "*" in rest and not rest.strip("*?")]
    if not open_ended:
        return None
    fewest = min(rest.count("?") for rest in open_ended)
    return True if all("?" * count in left for count in range(fewest)) else None


def _reached(pattern: str, text: str) -> set[int]:
    positions = _passing_stars(pattern, {0})
    for character in text:
        positions = _passing_stars(
            pattern,
            {
                at if pattern[at] == "*" else at + 1
                for at in positions
                if at < len(pattern) and pattern[at] in {"*", "?", character}
            },
        )
    return positions


def _passing_stars(pattern: str, positions: set[int]) -> set[int]:
    """The positions, and those behind stars that match nothing."""
    found = set()
    for at in positions:
        found.add(at)
        behind = at
        while behind < len(pattern) and pattern[behind] == "*":
            behind += 1
            found.add(behind)
    return found


@lru_cache(maxsize=_KEPT)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Neighbouring stars are one: a run of them would make the search slow.
    parts = (_part(each) for each in re.sub(r"\*+", "*", pattern))
    return re.compile("".join(parts), re.DOTALL)


def _part(character: str) -> str:
    return {"*": ".*", "?": "."}.get(character) or re.escape(character)
