"""A drift report as Markdown, for the comment of a job or the page of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pulumi_functiongraph.core.drift_document import DriftDocument, DriftedConfig
from pulumi_functiongraph.report.drift_words import (
    MEANINGS,
    REMEDIES,
    SHOWN,
    TITLE,
    counts,
    coverage,
    details,
    owner,
    verdict,
)
from pulumi_functiongraph.report.graph_marks import printable

MARKER = "<!-- fgctl drift -->"
"""The first line, by which a job finds its own comment again."""

MOST_CHARACTERS = 60_000
"""Characters of a whole report; GitHub takes comments of up to 65,536."""

_MOST_ROWS = 512
_LONGEST_TEXT = 1_000
_MARKS = frozenset("\\`*_[]<>#|~&$@")
"""What Markdown, HTML or a code host would take for a mark."""


def drift_markdown(document: DriftDocument) -> str:
    """The report; a long one is cut, and says how much is left out."""
    most = _MOST_ROWS
    text = _report(document, most=most)
    while len(text) > MOST_CHARACTERS and most:
        most //= 2
        text = _report(document, most=most)
    return text


def _report(document: DriftDocument, *, most: int) -> str:
    said = ", ".join(part for part in (counts(document), coverage(document)) if part)
    blocks = [f"{MARKER}\n## {TITLE}", f"**{verdict(document)}**: {said}"]
    if document.notes:
        blocks.append(_listed(document.notes, most=most))
    blocks += _sections(document, most=most)
    if document.findings:
        blocks += ["### findings", _listed(map(str, document.findings), most=most)]
    blocks += _beside(document, most=most)
    return "\n\n".join(blocks) + "\n"


def _sections(document: DriftDocument, *, most: int) -> Iterator[str]:
    """The configs that are not in sync, by status."""
    for status in SHOWN:
        found = document.of(status)
        if found:
            yield f"### {status} ({len(found):,})"
            yield f"{MEANINGS[status]}. {_escaped(REMEDIES[status])}."
            rows = (_row(config) for config in found)
            yield _table(("function", "declared by", "what"), rows, most=most)


def _row(config: DriftedConfig) -> tuple[str, ...]:
    return (config.function_urn, owner(config), "\n".join(details(config)))


def _beside(document: DriftDocument, *, most: int) -> Iterator[str]:
    """What is no drift, folded."""
    if document.pending:
        waiting = (
            (each.operation, f"{each.name} ({each.stack})", "\n".join(each.changes))
            for each in document.pending
        )
        table = _table(("operation", "resource", "what changes"), waiting, most=most)
        yield _folded(f"not applied yet ({len(document.pending):,}), no drift", table)
    if document.ignored:
        ignored = ((each.function_urn, each.status, each.reason) for each in document.ignored)
        table = _table(("function", "status", "reason"), ignored, most=most)
        yield _folded(f"ignored ({len(document.ignored):,})", table)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, most: int) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    cells = (f"| {' | '.join(map(_escaped, row))} |" for row in rows)
    return "\n".join([*lines, *_cut(cells, most=most)])


def _listed(texts: Iterable[str], *, most: int) -> str:
    return "\n".join(_cut((f"- {_escaped(text)}" for text in texts), most=most))


def _cut(lines: Iterator[str], *, most: int) -> Iterator[str]:
    """The first lines, and how many more there are."""
    yield from islice(lines, most)
    more = sum(1 for _ in lines)
    if more:
        yield f"\n… and {more:,} more, see the JSON or the HTML report"


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _escaped(text: str) -> str:
    """Text of elsewhere, in which nothing is taken for a mark; its lines stay apart in a cell."""
    cut = text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
    lines = (
        "".join(f"&#{ord(c)};" if c in _MARKS else c for c in printable(line))
        for line in cut.split("\n")
    )
    return "<br>".join(lines)
