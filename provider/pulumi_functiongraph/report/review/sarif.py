"""A review as SARIF: its findings at the lines that declare what they are about."""

from __future__ import annotations

from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.stack.violations import RULE
from pulumi_functiongraph.report.review.phrases import cycle_of
from pulumi_functiongraph.report.sarif import SarifRule, SarifTool, sarif

_POLICY = SarifRule(
    id=RULE,
    name="policy-violation",
    severity=Severity.ERROR,
    summary="A policy of a policy pack is violated.",
    why="A mandatory policy stops the update; any other one is only reported.",
    remedy="Do what the policy asks for; its pack says how.",
)
"""What violations of policies are instances of."""


def review_sarif(document: ReviewDocument, *, tool: SarifTool) -> str:
    """The log of one run."""
    return sarif(
        (_with_cycle(finding, document) for finding in document.findings),
        tool=tool.with_rules(_POLICY),
        missing=document.missing,
        notes=document.notes,
        is_whole=document.is_complete and not document.missing,
    )


def _with_cycle(finding: Finding, document: ReviewDocument) -> Finding:
    """The finding with the path, the cut and the cost of its cycle in the message."""
    lines = cycle_of(finding, document)
    if not lines:
        return finding
    return finding.model_copy(update={"message": "; ".join((finding.message, *lines))})
