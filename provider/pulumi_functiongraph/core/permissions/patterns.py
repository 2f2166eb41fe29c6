"""Patterns with ``*`` (any characters, also none) and ``?`` (one character), and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

from pulumi_functiongraph.core.permissions.truth import Truth

_KEPT = 4096
"""Patterns that are kept compiled; a project has some dozens."""
_STARS = re.compile(r"\*+")
_WILDCARDS = re.compile(r"[*?]")


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches the whole of a text, case included."""
    return pattern == text or _compiled(pattern).fullmatch(text) is not None


def matches_beginning(pattern: str, beginning: str) -> Truth:
    """Whether a pattern matches every text that begins so; ``None`` when only some.

    The positions in the pattern that a text can have reached with its beginning decide: with none,
    no such text matches; else some do, and all do when what is left of the pattern takes anything.
    """
    pattern, plain = _shape(pattern)
    if not (beginning.startswith(plain) or plain.startswith(beginning)):
        return False
    pattern = pattern[len(plain[: len(beginning)]) :]
    left = {pattern[at:] for at in _reached(pattern, beginning[len(plain) :])}
    if not left:
        return False
    open_ended = [rest for rest in left if "*" in rest and not rest.strip("*?")]
    if not open_ended:
        return None
    fewest = min(rest.count("?") for rest in open_ended)
    return True if all("?" * count in left for count in range(fewest)) else None


def has_wildcards(pattern: str) -> bool:
    """Whether a pattern matches anything but itself."""
    return _WILDCARDS.search(pattern) is not None


def sure_beginning(pattern: str) -> str:
    """How every text begins that a pattern matches."""
    return _shape(pattern)[1]


@lru_cache(maxsize=_KEPT)
def _shape(pattern: str) -> tuple[str, str]:
    """A pattern in which no two stars are neighbours, and what it begins with for sure."""
    alone = _STARS.sub("*", pattern)
    return alone, _WILDCARDS.split(alone, maxsplit=1)[0]


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
    """The positions, and those behind a star that matches nothing; no two stars are neighbours."""
    return positions | {at + 1 for at in positions if pattern[at : at + 1] == "*"}


@lru_cache(maxsize=_KEPT)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Each part between stars is taken where it is found first, and never sought again.

    What follows a star has a fixed length, so the first place is as good as any; searching again
    for each of them would take for ever with many stars.
    """
    first, *others = (_parts(part) for part in pattern.split("*"))
    if not others:
        return re.compile(first, re.DOTALL)
    *between, last = others
    found = "".join(f"(?>.*?{part})" for part in between if part)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)


def _parts(text: str) -> str:
    return "".join("." if each == "?" else re.escape(each) for each in text)
