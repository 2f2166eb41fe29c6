"""A drift report as lines for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.drift.document import DriftDocument, DriftedConfig, DriftStatus
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.drift import phrases
from pulumi_functiongraph.report.python_spelling import in_python, line_in_python
from pulumi_functiongraph.report.text import TextLine, Tone, dated, tone_of

_TONES: dict[DriftStatus, Tone] = {
    DriftStatus.UNREADABLE: "warn",
    DriftStatus.MISSING: "bad",
    DriftStatus.CHANGED: "bad",
    DriftStatus.UNMANAGED: "new",
}


def drift_text(document: DriftDocument) -> str:
    """The whole report as plain text."""
    return "".join(f"{line.text}\n" for line in drift_lines(document))


def drift_lines(document: DriftDocument) -> Iterator[TextLine]:
    """The whole report, line by line."""
    document = in_python(document)
    yield TextLine(
        f"{phrases.verdict(document)}: {phrases.totals(document)}", phrases.tone(document)
    )
    for each in document.missing:
        yield TextLine(visible(f"cannot say: {each}"), "warn")
    for note in document.notes:
        yield TextLine(visible(f"note: {note}"), "warn")
    for status in phrases.SHOWN:
        yield from _section(status, document.of(status))
    yield from _pending(document)
    yield from _ignored(document)
    if document.findings:
        yield TextLine("")
        yield TextLine("findings")
    for finding in document.findings:
        yield TextLine(visible(f"  {finding}"), tone_of(finding))
    yield from (TextLine(line, "faint") for line in dated(document.looked_at))


def _section(status: DriftStatus, configs: tuple[DriftedConfig, ...]) -> Iterator[TextLine]:
    if not configs:
        return
    yield TextLine("")
    yield TextLine(f"{status} ({len(configs):,}): {phrases.MEANINGS[status]}", _TONES[status])
    yield TextLine(f"  {phrases.REMEDIES[status]}", "faint")
    for config in configs:
        named = " ".join(part for part in (phrases.owner(config), config.function_urn) if part)
        yield TextLine(visible(f"  {named}"))
        for detail in phrases.details(config):
            yield TextLine(visible(f"      {detail}"))


def _pending(document: DriftDocument) -> Iterator[TextLine]:
    if document.pending:
        yield TextLine("")
        yield TextLine(f"not applied yet ({len(document.pending):,}): no drift, pulumi up does it")
    for each in document.pending:
        yield TextLine(visible(f"  {each.operation} {each.name} ({each.stack})"))
        for change in each.changes:
            yield TextLine(visible(f"      {line_in_python(change)}"))


def _ignored(document: DriftDocument) -> Iterator[TextLine]:
    if document.ignored:
        yield TextLine("")
        yield TextLine(f"ignored ({len(document.ignored):,})", "faint")
    for each in document.ignored:
        yield TextLine(visible(f"  {each.function_urn} ({each.status}): {each.reason}"), "faint")
