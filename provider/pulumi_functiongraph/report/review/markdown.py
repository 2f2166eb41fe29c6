"""A review as Markdown, for the one comment of a pull or merge request that is kept up to date."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.review.document import ReviewDocument, ReviewedConfig
from pulumi_functiongraph.report.markdown import cut_to_fit, escaped, folded, listed, marker, table
from pulumi_functiongraph.report.python_spelling import in_python
from pulumi_functiongraph.report.review import phrases
from pulumi_functiongraph.report.review.mermaid import review_mermaid
from pulumi_functiongraph.report.text import dated

_SHOWN_AT_ONCE = 10
"""Configs; a longer table is folded."""


def review_markdown(document: ReviewDocument) -> str:
    """The review; a long one is cut, and says how much is left out."""
    spelled = in_python(document)
    return cut_to_fit(lambda most: _report(spelled, most))


def _report(document: ReviewDocument, most: int) -> str:
    stack = f" of {escaped(document.stack)}" if document.stack else ""
    mark = marker("review", [document.stack] if document.stack else [])
    blocks = [
        f"{mark}\n## {phrases.TITLE}{stack}",
        f"**{phrases.verdict(document)}**; {phrases.counts(document)}",
    ]
    if document.missing:
        blocks.append(listed([f"cannot say: {each}" for each in document.missing], most=most))
    if document.notes:
        blocks.append(listed(document.notes, most=most))
    if document.errors:
        blocks += ["### errors", listed(map(str, document.errors), most=most)]
        blocks += _cycles(document, most=most)
    if document.warnings:
        blocks += ["### warnings", listed(map(str, document.warnings), most=most)]
    if document.acknowledged:
        title = f"accepted in the program ({len(document.acknowledged):,})"
        blocks.append(folded(title, listed(map(str, document.acknowledged), most=most)))
    blocks += _changes(document, most=most)
    drawn = review_mermaid(document, most=most)
    if drawn:
        blocks += ["### who notifies whom", f"```mermaid\n{drawn}```", _LEGEND]
    blocks += dated(document.looked_at)
    return "\n\n".join(blocks) + "\n"


def _cycles(document: ReviewDocument, *, most: int) -> Iterator[str]:
    """The path, the cut and the cost of each cycle that is an error."""
    for finding in document.errors:
        if lines := phrases.cycle_of(finding, document):
            title = escaped(finding.message.partition(":")[0])
            yield folded(title, listed(lines, most=most))


_LEGEND = "Red: on a cycle. Green: added. Blue: changed. Grey and dashed: removed."


def _changes(document: ReviewDocument, *, most: int) -> Iterator[str]:
    if not document.configs:
        return
    rows = map(_row, document.configs)
    shown = table(("", "config", "before → after", "function"), rows, most=most)
    title = f"changed configs ({len(document.configs):,})"
    if len(document.configs) > _SHOWN_AT_ONCE:
        yield folded(title, shown)
    else:
        yield f"### {title}\n\n{shown}"


def _row(config: ReviewedConfig) -> tuple[str, ...]:
    operation = f"{phrases.SIGNS[config.operation]} {config.operation}"
    return (
        operation,
        phrases.named(config),
        "\n".join(phrases.details(config)),
        phrases.function_of(config),
    )
