"""What a review found, with the path, the cut and the cost of each cycle in its finding."""

from __future__ import annotations

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.report.found import Found
from pulumi_functiongraph.report.review.phrases import cycle_of


def review_found(document: ReviewDocument) -> Found:
    """What was found."""
    return Found(
        findings=tuple(_with_cycle(finding, document) for finding in document.findings),
        missing=document.missing,
        notes=document.notes,
        is_whole=document.is_complete and not document.missing,
        looked_at=document.looked_at,
    )


def _with_cycle(finding: Finding, document: ReviewDocument) -> Finding:
    lines = cycle_of(finding, document)
    if not lines:
        return finding
    return finding.model_copy(update={"message": "; ".join((finding.message, *lines))})
