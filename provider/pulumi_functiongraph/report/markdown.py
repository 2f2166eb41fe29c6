"""Markdown as code hosts show it in comments: tables, lists, and no more than fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from urllib.parse import quote

from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.text import cut

MOST_CHARACTERS = 60_000
"""Characters of a whole report; GitHub takes comments of up to 65,536."""

_MOST_ROWS = 512
_LONGEST_MARK = 200
_LONGEST_TEXT = 1_000
_MARKS = frozenset("\\`*_[]<>#|~&$@")
"""What Markdown or HTML would take for a mark."""

_APART = "<!-- -->"
_LINKED = re.compile(
    r"(?<=[@~%])(?=\w)|(?<=[#!$&^])(?=\d)|(?<=GH-)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)",
    re.IGNORECASE,
)
"""Inside of what a code host makes a link of, or tells somebody of. It looks for that once entities
are decoded, in texts between tags and comments; GitHub Flavored Markdown Spec, "Autolinks", and
GitLab's "References"."""


def cut_to_fit(report: Callable[[int], str]) -> str:
    """The longest report that fits.

    Args:
        report: makes it with at most a number of rows a list; with 0 it must fit.
    """
    most = _MOST_ROWS
    text = report(most)
    while len(text) > MOST_CHARACTERS and most:
        most //= 2
        text = report(most)
    return text


def marker(report: str, stacks: Iterable[str]) -> str:
    """The first line of a comment, by which a job finds the one of the same stacks again.

    Args:
        report: which report it is, such as ``review``.
        stacks: the stacks that it is about, as a person names them; none when that is not known.
    """
    names = ", ".join(quote(stack, safe=" /").replace("--", "-%2D") for stack in sorted(stacks))
    if len(names) > _LONGEST_MARK:
        names = sha256(names.encode()).hexdigest()
    return f"<!-- fgctl {report}{f': {names}' if names else ''} -->"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, most: int) -> str:
    """A table of the first rows, and how many more there are."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    cells = (f"| {' | '.join(map(escaped, row))} |" for row in rows)
    return "\n".join([*lines, *cut(cells, most=most, more=_MORE)])


def listed(texts: Iterable[str], *, most: int) -> str:
    """A list of the first texts, and how many more there are; an indented one is below another."""
    return "\n".join(cut(map(_item, texts), most=most, more=_MORE))


def _item(text: str) -> str:
    inner = text.lstrip(" ")
    if inner == text:
        return f"- {escaped(text)}"
    return f"  - {escaped(inner.removeprefix('- '))}"


_MORE = "\n… and {:,} more, see the JSON or the HTML report"


def folded(title: str, body: str) -> str:
    """What is shown only on request; the title is taken as it is."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def escaped(text: str) -> str:
    """Text of elsewhere, in which nothing is a mark or a link; its lines stay apart in a cell."""
    cut = text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
    return "<br>".join(map(_escaped_line, cut.split("\n")))


def _escaped_line(line: str) -> str:
    return _APART.join(
        "".join(f"&#{ord(c)};" if c in _MARKS else c for c in part)
        for part in _LINKED.split(visible(line))
    )
