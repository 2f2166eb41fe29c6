"""A pre-check as lines for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.report.precheck import phrases
from pulumi_functiongraph.report.python_spelling import finding_in_python
from pulumi_functiongraph.report.text import TextLine, dated, tone_of


def precheck_text(document: PrecheckDocument) -> str:
    """The whole pre-check as plain text."""
    return "".join(f"{line.text}\n" for line in precheck_lines(document))


def precheck_lines(document: PrecheckDocument) -> Iterator[TextLine]:
    """How many questions had which answer, then each finding."""
    yield TextLine(phrases.totals(document), phrases.tone(document))
    for each in document.missing:
        yield TextLine(f"cannot say: {visible(each)}", "warn")
    for note in document.notes:
        yield TextLine(f"note: {visible(note)}", "warn")
    for finding in document.findings:
        yield TextLine(visible(str(finding_in_python(finding))), tone_of(finding))
    yield from (TextLine(line, "faint") for line in dated(document.looked_at))
