"""A pre-check as JSON; its schema is published as ``precheck``."""

from __future__ import annotations

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.json_document import PrecheckReport
from pulumi_functiongraph.report.json_text import json_text


def precheck_json(document: PrecheckDocument) -> str:
    """The whole document."""
    fields = PrecheckReport.of(document).model_dump(mode="json", by_alias=True, exclude_none=True)
    return json_text(fields)
