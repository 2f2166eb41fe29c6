"""A pre-check as Markdown, for the comment of a job or the page of a run."""

from __future__ import annotations

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.report.markdown import cut_to_fit, listed, marker
from pulumi_functiongraph.report.precheck import phrases
from pulumi_functiongraph.report.python_spelling import finding_in_python
from pulumi_functiongraph.report.text import dated


def precheck_markdown(document: PrecheckDocument) -> str:
    """How many questions had which answer, and each finding; a long one is cut, and says so."""
    return cut_to_fit(lambda most: _report(document, most=most))


def _report(document: PrecheckDocument, *, most: int) -> str:
    blocks = [f"{marker('precheck', ())}\n## {phrases.TITLE}", f"**{phrases.totals(document)}**"]
    if document.missing:
        blocks.append(listed([f"cannot say: {each}" for each in document.missing], most=most))
    if document.notes:
        blocks.append(listed([f"note: {each}" for each in document.notes], most=most))
    if document.findings:
        found = (str(finding_in_python(each)) for each in document.findings)
        blocks += ["### findings", listed(found, most=most)]
    blocks += dated(document.looked_at)
    return "\n\n".join(blocks) + "\n"
