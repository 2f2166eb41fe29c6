"""A drift report as lines for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pulumi_functiongraph.core.drift.document import DriftDocument, DriftedConfig, DriftStatus
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.report.drift.phrases import (
    MEANINGS,
    REMEDIES,
    SHOWN,
    counts,
    coverage,
    details,
    owner,
    tone,
    verdict,
)
from pulumi_functiongraph.report.graph.style import printable
from pulumi_functiongraph.report.python_spelling import in_python, line_in_python
from pulumi_functiongraph.report.text import Line

_TONES: dict[DriftStatus, Literal["bad", "warn", "new"]] = {
    DriftStatus.UNREADABLE: "warn",
    DriftStatus.MISSING: "bad",
    DriftStatus.CHANGED: "bad",
    DriftStatus.UNMANAGED: "new",
}


def drift_text(document: DriftDocument) -> str:
    """The whole report as plain text."""
    return "".join(f"{line.text}\n" for line in drift_lines(document))


def drift_lines(document: DriftDocument) -> Iterator[Line]:
    """The whole report, line by line."""
    document = in_python(document)
    said = ", ".join(part for part in (counts(document), coverage(document)) if part)
    yield Line(f"{verdict(document)}: {said}", _tone(document))
    for each in document.missing:
        yield Line(printable(f"cannot say: {each}"), "warn")
    for note in document.notes:
        yield Line(printable(f"note: {note}"), "warn")
    for status in SHOWN:
        yield from _section(status, document.of(status))
    yield from _pending(document)
    yield from _ignored(document)
    if document.findings:
        yield Line("")
        yield Line("findings")
    for finding in document.findings:
        yield Line(
            printable(f"  {finding}"), "bad" if finding.severity is Severity.ERROR else "warn"
        )


def _tone(document: DriftDocument) -> Literal["good", "warn", "bad"]:
    told = tone(document)
    return "bad" if told == "bad" else "warn" if told == "warn" else "good"


def _section(status: DriftStatus, configs: tuple[DriftedConfig, ...]) -> Iterator[Line]:
    if not configs:
        return
    yield Line("")
    yield Line(f"{status} ({len(configs):,}): {MEANINGS[status]}", _TONES[status])
    yield Line(f"  {REMEDIES[status]}", "faint")
    for config in configs:
        named = " ".join(part for part in (owner(config), config.function_urn) if part)
        yield Line(printable(f"  {named}"))
        for detail in details(config):
            yield Line(printable(f"      {detail}"))


def _pending(document: DriftDocument) -> Iterator[Line]:
    if document.pending:
        yield Line("")
        yield Line(f"not applied yet ({len(document.pending):,}): no drift, pulumi up does it")
    for each in document.pending:
        yield Line(printable(f"  {each.operation} {each.name} ({each.stack})"))
        for change in each.changes:
            yield Line(printable(f"      {line_in_python(change)}"))


def _ignored(document: DriftDocument) -> Iterator[Line]:
    if document.ignored:
        yield Line("")
        yield Line(f"ignored ({len(document.ignored):,})", "faint")
    for each in document.ignored:
        told = f"  {each.function_urn} ({each.status}): {each.reason}"
        yield Line(printable(told), "faint")
