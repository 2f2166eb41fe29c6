"""What a drift report leaves out, and why: an ignore file with the patterns of .gitignore.

Each line is a pattern, ``#`` and the reason. A pattern is matched against a function version's
URN, and against its name alone, with its package, and with package and version; the last pattern
that matches decides, and ``!`` in front takes a match back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.names import FunctionUrn

if TYPE_CHECKING:
    from pathspec.pattern import Pattern


class IgnoreLine(msgspec.Struct, frozen=True):
    """One line of the file: a pattern as it was written, and why what it matches is left out."""

    text: str
    reason: str


class Ignored(msgspec.Struct, frozen=True, dict=True):
    """The lines of an ignore file, in their order."""

    lines: tuple[IgnoreLine, ...] = ()

    @cached_property
    def _patterns(self) -> tuple[tuple[IgnoreLine, Pattern], ...]:
        if not self.lines:
            return ()
        from pathspec import GitIgnoreSpec  # most reports have no ignore file, and start without

        parsed = GitIgnoreSpec.from_lines(line.text for line in self.lines)
        return tuple(zip(self.lines, parsed.patterns, strict=True))

    def reason(self, function_urn: str) -> str | None:
        """Why a function version is left out, ``None`` when it is not."""
        decided = self._decided(function_urn)
        return decided.reason if decided else None

    def unused(self, function_urns: Iterable[str]) -> tuple[str, ...]:
        """The patterns that decide about none of the given function versions."""
        used = {id(self._decided(urn)) for urn in set(function_urns)}
        return tuple(
            line.text
            for line, pattern in self._patterns
            if pattern.include and id(line) not in used
        )

    def _decided(self, function_urn: str) -> IgnoreLine | None:
        """The line that leaves a function version out."""
        names = _names(function_urn)
        found = None
        for line, pattern in self._patterns:
            if any(pattern.match_file(name) for name in names):
                found = line if pattern.include else None
        return found


def parse_ignored(text: str) -> Ignored:
    """Read an ignore file.

    Raises:
        InvalidInput: lines without a reason, or that are no pattern; every one at once.
    """
    lines, problems = [], []
    for number, written in enumerate(text.splitlines(), start=1):
        pattern, _, reason = (part.strip() for part in written.partition("#"))
        if not pattern:
            continue
        if not reason:
            example = f"{pattern}  # who looks after it, and why it is not here"
            problems.append(
                Problem(
                    f"line {number}", f"{pattern} has no reason", f"expected such as: {example}"
                )
            )
        elif not _is_pattern(pattern):
            problems.append(
                Problem(f"line {number}", f"{pattern} is no pattern", "expected one of .gitignore")
            )
        else:
            lines.append(IgnoreLine(pattern, reason))
    if problems:
        raise InvalidInput(problems)
    return Ignored(tuple(lines))


def _is_pattern(text: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        (pattern,) = GitIgnoreSpec.from_lines([text]).patterns
    except (ValueError, re.error):  # the second where a bracket has a range that is none
        return False
    return pattern.include is not None


def _names(function_urn: str) -> tuple[str, ...]:
    try:
        urn = FunctionUrn.parse(function_urn)
    except InvalidInput:
        return (function_urn,)
    packaged = f"{urn.package}:{urn.name}"
    return (str(urn), urn.function, urn.name, packaged, f"{packaged}:{urn.version}")
