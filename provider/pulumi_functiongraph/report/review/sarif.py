"""A review as SARIF: its findings at the lines that declare what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.severities import AS_WRITTEN, Severities
from pulumi_functiongraph.core.stack.violations import RULE
from pulumi_functiongraph.report.review.phrases import cycle_of
from pulumi_functiongraph.report.sarif import Described, sarif


@dataclass(frozen=True, slots=True)
class _Policy:
    """What violations of policies are instances of."""

    id: str = RULE
    name: str = "policy-violation"
    severity: Severity = Severity.ERROR
    summary: str = "A policy of a policy pack is violated."
    why: str = "A mandatory policy stops the update; any other one is only said."
    remedy: str = "Do what the policy asks for; its pack says how."


def review_sarif(
    document: ReviewDocument,
    *,
    rules: Iterable[Described],
    version: str,
    grades: Severities = AS_WRITTEN,
) -> str:
    """The log of one run.

    Args:
        document: the review.
        rules: what its findings are instances of.
        version: the release of this package.
        grades: which severity the project gives the rules.
    """
    return sarif(
        (_with_cycle(finding, document) for finding in document.findings),
        rules=(_Policy(), *rules),
        version=version,
        grades=grades,
        missing=document.missing,
        notes=document.notes,
        is_whole=document.is_complete and not document.missing,
    )


def _with_cycle(finding: Finding, document: ReviewDocument) -> Finding:
    """The finding with the path, the cut and the cost of its cycle in the message."""
    told = cycle_of(finding, document)
    if not told:
        return finding
    return finding.model_copy(update={"message": "; ".join((finding.message, *told))})
