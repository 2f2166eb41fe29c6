"""A review as JSON; its schema is published as ``review``."""

from __future__ import annotations

import json

from pulumi_functiongraph.core.review.document import ReviewDocument


def review_json(document: ReviewDocument) -> str:
    """The document."""
    fields = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
