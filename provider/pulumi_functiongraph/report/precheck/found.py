"""What a pre-check found."""

from __future__ import annotations

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.results import CheckOutcome
from pulumi_functiongraph.report.found import Found


def precheck_found(document: PrecheckDocument) -> Found:
    """What was found."""
    allowed = (each for each in document.results if each.outcome is CheckOutcome.ALLOWED)
    return Found(
        findings=document.findings,
        passed=tuple(f"{each.place}: {each.question}" for each in allowed),
        missing=document.missing,
        notes=document.notes,
        is_whole=document.is_complete,
        looked_at=document.looked_at,
    )
