"""A drift report as JSON; its schema is published as ``drift``."""

from __future__ import annotations

import json

from pulumi_functiongraph.core.drift.document import DriftDocument


def drift_json(document: DriftDocument) -> str:
    """The document."""
    fields = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
