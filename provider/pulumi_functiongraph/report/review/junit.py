"""A review as JUnit XML."""

from __future__ import annotations

from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.report.junit import junit
from pulumi_functiongraph.report.review.found import review_found


def review_junit(document: ReviewDocument) -> str:
    """The results of one suite of tests."""
    return junit(review_found(document), suite="fgctl review")
