"""A review as JSON; its schema is published as ``review``."""

from __future__ import annotations

from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.report.json_text import json_text


def review_json(document: ReviewDocument) -> str:
    """The document."""
    fields = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return json_text(fields)
