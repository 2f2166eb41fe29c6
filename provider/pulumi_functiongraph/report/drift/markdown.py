"""A drift report as Markdown, for the comment of a job or the page of a run."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.drift.document import DriftDocument, PendingConfig
from pulumi_functiongraph.report.drift import phrases
from pulumi_functiongraph.report.markdown import cut_to_fit, escaped, folded, listed, marker, table
from pulumi_functiongraph.report.python_spelling import in_python, line_in_python
from pulumi_functiongraph.report.text import dated


def drift_markdown(document: DriftDocument) -> str:
    """The report; a long one is cut, and says how much is left out."""
    spelled = in_python(document)
    return cut_to_fit(lambda most: _report(spelled, most=most))


def _report(document: DriftDocument, *, most: int) -> str:
    stack = f" of {escaped(document.stacks[0])}" if len(document.stacks) == 1 else ""
    mark = marker("drift", document.stacks)
    blocks = [
        f"{mark}\n## {phrases.TITLE}{stack}",
        f"**{phrases.verdict(document)}**: {phrases.totals(document)}",
    ]
    if document.missing:
        blocks.append(listed([f"cannot say: {each}" for each in document.missing], most=most))
    if document.notes:
        blocks.append(listed(document.notes, most=most))
    blocks += _sections(document, most=most)
    if document.findings:
        blocks += ["### findings", listed(map(str, document.findings), most=most)]
    blocks += _beside(document, most=most)
    blocks += dated(document.looked_at)
    return "\n\n".join(blocks) + "\n"


def _sections(document: DriftDocument, *, most: int) -> Iterator[str]:
    """The configs that are not in sync, by status."""
    for status in phrases.SHOWN:
        found = document.of(status)
        if found:
            yield f"### {status} ({len(found):,})"
            yield f"{phrases.MEANINGS[status]}: {escaped(phrases.REMEDIES[status])}"
            rows = (
                (phrases.owner(each), "\n".join(phrases.details(each)), each.function_urn)
                for each in found
            )
            yield table(("declared by", "what", "function"), rows, most=most)


def _pending_row(config: PendingConfig) -> tuple[str, ...]:
    changes = "\n".join(map(line_in_python, config.changes))
    return (config.operation, f"{config.name} ({config.stack})", changes)


def _beside(document: DriftDocument, *, most: int) -> Iterator[str]:
    """What is no drift, folded."""
    if document.pending:
        waiting = map(_pending_row, document.pending)
        shown = table(("operation", "resource", "what changes"), waiting, most=most)
        yield folded(f"not applied yet ({len(document.pending):,}), no drift", shown)
    if document.ignored:
        ignored = ((each.status, each.reason, each.function_urn) for each in document.ignored)
        shown = table(("status", "reason", "function"), ignored, most=most)
        yield folded(f"ignored ({len(document.ignored):,})", shown)
