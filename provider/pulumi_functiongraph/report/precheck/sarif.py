"""A pre-check as SARIF: its findings at the lines that declare what they are about."""

from __future__ import annotations

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.report.precheck.found import precheck_found
from pulumi_functiongraph.report.sarif import SarifTool, sarif


def precheck_sarif(document: PrecheckDocument, *, tool: SarifTool) -> str:
    """The log of one run."""
    return sarif(precheck_found(document), tool=tool)
