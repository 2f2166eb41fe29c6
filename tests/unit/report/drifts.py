"""A drift report in every form."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.report.drift.html import drift_html
from pulumi_functiongraph.report.drift.json import drift_json
from pulumi_functiongraph.report.drift.markdown import drift_markdown
from pulumi_functiongraph.report.drift.sarif import drift_sarif
from pulumi_functiongraph.report.drift.text import drift_text
from pulumi_functiongraph.report.sarif import SarifTool

FOUND = [rule for rule in RULES if rule.id in {"FGN002", "FGN101"}]


def as_sarif(document: DriftDocument) -> str:
    return drift_sarif(document, tool=SarifTool("0.1.0", tuple(FOUND)))


FORMS: dict[str, Callable[[DriftDocument], str]] = {
    "drift.text": drift_text,
    "drift.json": drift_json,
    "drift.md": drift_markdown,
    "drift.sarif": as_sarif,
    "drift.html": drift_html,
}
