"""A review as SARIF: its findings at the lines that declare what they are about."""

from __future__ import annotations

from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.stack.violations import RULE
from pulumi_functiongraph.report.review.found import review_found
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
    return sarif(review_found(document), tool=tool.with_rules(_POLICY))
