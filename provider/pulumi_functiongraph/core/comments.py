"""Comments beside a declaration that say why a finding about it is accepted.

``# functiongraph: ignore FGN301 -- reason`` stands at the end of the line where the resource is
declared, or on comment lines right above it; several ids are told apart by commas.

Never here: reading files, and which rules can be accepted so.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import msgspec

from pulumi_functiongraph.core.validation import printable

Lines: TypeAlias = Callable[[str], Sequence[str]]
"""By the name of a file as places name it, its lines; none where it cannot be read."""

_COMMENT = re.compile(r"#\s*functiongraph:\s*ignore\b(?P<told>.*)")
_TOLD = re.compile(r"\s*(?P<ids>[A-Za-z0-9, ]*?)\s*(?:--\s*(?P<reason>.*?)\s*)?$")
_PLACE = re.compile(r"(?P<file>.+):(?P<line>[0-9]{1,9})$")


class Comment(msgspec.Struct, frozen=True):
    """One comment: its own ``file:line``, the ids that it names, and why, empty for no reason."""

    where: str
    rules: tuple[str, ...]
    reason: str


class Comments(msgspec.Struct, frozen=True):
    """The comments of a program, in the lines of its source."""

    lines: Lines = lambda _file: ()

    def at(self, where: str) -> Iterator[Comment]:
        """The comments beside a declaration.

        Args:
            where: ``file:line``, or ``file:line, from file:line``; a comment counts at both.
        """
        for part in where.split(", from "):
            place = _PLACE.match(part)
            if place is not None:
                yield from self._beside(place["file"], int(place["line"]))

    def accepting(self, rule: str, where: str) -> str:
        """The reason for which a comment accepts what a rule finds, empty when none does."""
        told = (each.reason for each in self.at(where) if rule in each.rules)
        return next(filter(None, told), "")

    def _beside(self, file: str, line: int) -> Iterator[Comment]:
        lines = self.lines(file)
        if not 0 < line <= len(lines):
            return
        comments = _comments_in(tuple(lines))
        first = line
        while first - 1 in comments and lines[first - 2].lstrip().startswith("#"):
            first -= 1
        for number in range(first, line + 1):
            found = _COMMENT.search(comments.get(number, ""))
            if found is not None:
                yield _comment(found["told"], where=f"{file}:{number}")


NO_COMMENTS = Comments()
"""Where the source is not at hand."""


@lru_cache(maxsize=16)
def _comments_in(lines: tuple[str, ...]) -> Mapping[int, str]:
    """The comments of a source by their lines; what stands in a string is none.

    Of a source that is no Python, those before the place where that shows.
    """
    found: dict[int, str] = {}
    ends = iter([*(f"{line}\n" for line in lines), ""])
    try:
        for token in tokenize.generate_tokens(lambda: next(ends, "")):
            if token.type == tokenize.COMMENT:
                found[token.start[0]] = token.string
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def _comment(told: str, *, where: str) -> Comment:
    found = _TOLD.match(told)
    ids = found["ids"] if found else ""
    reason = (found["reason"] or "") if found else ""
    if not any(letter.isprintable() and not letter.isspace() for letter in reason):
        reason = ""
    rules = tuple(part.strip().upper() for part in ids.split(",") if part.strip())
    return Comment(where, rules, printable(reason))
