"""A drift report as one page of HTML that needs no network."""

from __future__ import annotations

from pulumi_functiongraph.core.drift_document import DriftDocument
from pulumi_functiongraph.report.drift_words import (
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


def drift_html(document: DriftDocument) -> str:
    """The page."""
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
    )
