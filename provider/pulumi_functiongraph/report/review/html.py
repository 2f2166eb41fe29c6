"""A review as one page of HTML that needs no network, with the graph drawn in it."""

from __future__ import annotations

from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.report.html import page
from pulumi_functiongraph.report.python_spelling import in_python
from pulumi_functiongraph.report.review import phrases
from pulumi_functiongraph.report.review.drawing import MEANINGS, not_drawn, review_drawing
from pulumi_functiongraph.report.text import dated


def review_html(document: ReviewDocument) -> str:
    """The page."""
    document = in_python(document)
    return page(
        "review.html.jinja",
        document=document,
        dated=dated(document.looked_at),
        title=f"{phrases.TITLE} of {document.stack}" if document.stack else phrases.TITLE,
        phrases=phrases,
        drawing=review_drawing(document),
        meanings=MEANINGS,
        not_drawn=not_drawn(document),
    )
