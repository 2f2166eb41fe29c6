"""A review as lines for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.review.document import EdgeChange, ReviewDocument
from pulumi_functiongraph.report.python_spelling import in_python
from pulumi_functiongraph.report.review import phrases
from pulumi_functiongraph.report.text import TextLine, Tone, dated, tone_of

_EDGE_TONES: dict[EdgeChange, Tone] = {
    EdgeChange.ADDED: "good",
    EdgeChange.REMOVED: "bad",
    EdgeChange.CHANGED: "warn",
    EdgeChange.SAME: "faint",
    EdgeChange.UNKNOWN: "plain",
}


def review_text(document: ReviewDocument) -> str:
    """The whole review as plain text."""
    return "".join(f"{line.text}\n" for line in review_lines(document))


def review_lines(document: ReviewDocument) -> Iterator[TextLine]:
    """The whole review, line by line."""
    document = in_python(document)
    yield TextLine(
        visible(f"{phrases.verdict(document)}; {phrases.counts(document)}"), phrases.tone(document)
    )
    for each in document.missing:
        yield TextLine(visible(f"cannot say: {each}"), "warn")
    for note in document.notes:
        yield TextLine(visible(f"note: {note}"), "warn")
    if document.findings:
        yield from (TextLine(""), TextLine("findings"))
    for finding in document.findings:
        yield TextLine(visible(f"  {finding}"), tone_of(finding))
        for each in phrases.cycle_of(finding, document):
            yield TextLine(visible(f"      {each}"))
    if document.configs:
        yield from (TextLine(""), TextLine("changes"))
    for config in document.configs:
        sign = f"  {phrases.SIGNS[config.operation]} {config.operation} {phrases.named(config)}"
        yield TextLine(visible(sign), phrases.TONES[config.operation])
        yield TextLine(visible(f"      {phrases.function_of(config)}"), "faint")
        for detail in phrases.details(config):
            yield TextLine(visible(f"      {detail}"))
    yield from _graph(document)
    yield from (TextLine(line, "faint") for line in dated(document.looked_at))


def _graph(document: ReviewDocument) -> Iterator[TextLine]:
    if document.edges:
        yield from (TextLine(""), TextLine("who notifies whom"))
    names = phrases.node_labels(document.nodes)
    for edge in phrases.ranked(document.edges):
        circle = ", on a cycle" if edge.on_cycle else ""
        ends = f"{names[edge.source]} → {names[edge.target]}"
        line = f"  {phrases.EDGE_SIGNS[edge.change]} {ends} ({edge.label}{circle})"
        yield TextLine(line, "bad" if edge.on_cycle else _EDGE_TONES[edge.change])
    if document.left_out.edges:
        yield TextLine(f"  {counted(document.left_out.edges, 'unchanged edge')} not shown", "faint")
