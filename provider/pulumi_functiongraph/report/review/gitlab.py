"""A review as GitLab's code quality report."""

from __future__ import annotations

from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.report.gitlab import gitlab
from pulumi_functiongraph.report.review.found import review_found


def review_gitlab(document: ReviewDocument) -> str:
    """The entries."""
    return gitlab(review_found(document))
