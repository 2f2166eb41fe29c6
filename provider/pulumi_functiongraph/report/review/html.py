"""A review as one page of HTML that needs no network, with the graph drawn in it."""

from __future__ import annotations

from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.report.html import page
from pulumi_functiongraph.report.python_spelling import in_python
from pulumi_functiongraph.report.review.drawing import drawing
from pulumi_functiongraph.report.review.phrases import (
    SIGNS,
    TITLE,
    TONES,
    counts,
    cycle_of,
    details,
    function_of,
    named,
    tone,
    verdict,
)


def review_html(document: ReviewDocument) -> str:
    """The page."""
    document = in_python(document)
    title = f"{TITLE} of {document.stack}" if document.stack else TITLE
    return page(
        "review.html.jinja",
        document=document,
        title=title,
        verdict=verdict(document),
        tone=tone(document),
        counts=counts(document),
        cycle_of=cycle_of,
        signs=SIGNS,
        tones=TONES,
        named=named,
        function_of=function_of,
        details=details,
        drawing=drawing(document),
    )
