"""A drift report as JSON; its schema is published as ``drift``."""

from __future__ import annotations

from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.report.json_text import json_text


def drift_json(document: DriftDocument) -> str:
    """The document."""
    fields = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return json_text(fields)
