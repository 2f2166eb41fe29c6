"""A drift report as one page of HTML that needs no network."""

from __future__ import annotations

from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.report.drift.phrases import (
    MEANINGS,
    REMEDIES,
    SHOWN,
    TITLE,
    counts,
    coverage,
    details,
    owner,
    tone,
    verdict,
)
from pulumi_functiongraph.report.html import page
from pulumi_functiongraph.report.python_spelling import in_python, line_in_python


def drift_html(document: DriftDocument) -> str:
    """The page."""
    document = in_python(document)
    return page(
        "drift.html.jinja",
        document=document,
        title=f"{TITLE} of {document.stacks[0]}" if len(document.stacks) == 1 else TITLE,
        verdict=verdict(document),
        tone=tone(document),
        counts=counts(document),
        coverage=coverage(document),
        sections=[
            (status, MEANINGS[status], REMEDIES[status], document.of(status)) for status in SHOWN
        ],
        owner=owner,
        details=details,
        line_in_python=line_in_python,
    )
