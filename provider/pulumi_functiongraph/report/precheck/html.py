"""A pre-check as one page of HTML that needs no network."""

from __future__ import annotations

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.property_names import paths_in_snake
from pulumi_functiongraph.report.html import page
from pulumi_functiongraph.report.precheck import phrases
from pulumi_functiongraph.report.python_spelling import finding_in_python
from pulumi_functiongraph.report.text import dated


def precheck_html(document: PrecheckDocument) -> str:
    """The page."""
    return page(
        "precheck.html.jinja",
        title=phrases.TITLE,
        document=document,
        dated=dated(document.looked_at),
        findings=[finding_in_python(finding) for finding in document.findings],
        phrases=phrases,
        spelled=paths_in_snake,
    )
