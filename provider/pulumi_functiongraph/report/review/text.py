"""A review as lines for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.review.document import EdgeChange, ReviewDocument
from pulumi_functiongraph.report.graph.style import printable
from pulumi_functiongraph.report.python_spelling import in_python
from pulumi_functiongraph.report.review.phrases import (
    EDGE_SIGNS,
    SIGNS,
    TONES,
    Tone,
    counts,
    cycle_of,
    details,
    function_of,
    named,
    node_labels,
    ranked,
    tone,
    tone_of,
    verdict,
)
from pulumi_functiongraph.report.text import Line

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


def review_lines(document: ReviewDocument) -> Iterator[Line]:
    """The whole review, line by line."""
    document = in_python(document)
    yield Line(printable(f"{verdict(document)}; {counts(document)}"), tone(document))
    for each in document.missing:
        yield Line(printable(f"cannot say: {each}"), "warn")
    for note in document.notes:
        yield Line(printable(f"note: {note}"), "warn")
    if document.findings:
        yield from (Line(""), Line("findings"))
    for finding in document.findings:
        yield Line(
            printable(f"  {finding}"),
            "faint" if finding.acknowledged else tone_of(finding.severity),
        )
        for each in cycle_of(finding, document):
            yield Line(printable(f"      {each}"))
    if document.configs:
        yield from (Line(""), Line("changes"))
    for config in document.configs:
        sign = f"  {SIGNS[config.operation]} {config.operation} {named(config)}"
        yield Line(printable(sign), TONES[config.operation])
        yield Line(printable(f"      {function_of(config)}"), "faint")
        for detail in details(config):
            yield Line(printable(f"      {detail}"))
    yield from _graph(document)


def _graph(document: ReviewDocument) -> Iterator[Line]:
    if document.edges:
        yield from (Line(""), Line("who notifies whom"))
    names = node_labels(document.nodes)
    for edge in ranked(document.edges):
        circle = ", on a cycle" if edge.on_cycle else ""
        ends = f"{names[edge.source]} → {names[edge.target]}"
        told = f"  {EDGE_SIGNS[edge.change]} {ends} ({edge.label}{circle})"
        yield Line(told, "bad" if edge.on_cycle else _EDGE_TONES[edge.change])
    if document.left_out.edges:
        yield Line(f"  {counted(document.left_out.edges, 'unchanged edge')} not shown", "faint")
