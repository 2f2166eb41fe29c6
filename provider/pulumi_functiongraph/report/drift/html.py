"""A drift report as one page of HTML that needs no network."""

from __future__ import annotations

from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.report.drift import phrases
from pulumi_functiongraph.report.html import page
from pulumi_functiongraph.report.python_spelling import in_python, line_in_python
from pulumi_functiongraph.report.text import dated


def drift_html(document: DriftDocument) -> str:
    """The page."""
    title = phrases.TITLE
    return page(
        "drift.html.jinja",
        document=in_python(document),
        dated=dated(document.looked_at),
        title=f"{title} of {document.stacks[0]}" if len(document.stacks) == 1 else title,
        phrases=phrases,
        line_in_python=line_in_python,
    )
