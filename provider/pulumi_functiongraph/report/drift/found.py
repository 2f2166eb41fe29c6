"""What a drift report found, with each config that is not in sync as a finding."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.drift.document import DriftDocument, DriftedConfig, DriftStatus
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.report.drift.phrases import MEANINGS, REMEDIES, SHOWN, details
from pulumi_functiongraph.report.found import Found

SEVERITIES = {
    DriftStatus.UNREADABLE: Severity.WARNING,
    DriftStatus.MISSING: Severity.ERROR,
    DriftStatus.CHANGED: Severity.ERROR,
    DriftStatus.UNMANAGED: Severity.WARNING,
}


def drift_found(document: DriftDocument) -> Found:
    """What was found."""
    drifted = (_finding(config) for status in SHOWN for config in document.of(status))
    in_sync = document.of(DriftStatus.IN_SYNC)
    return Found(
        findings=(*drifted, *document.findings),
        passed=tuple(f"{each.function_urn or each.name}: in sync" for each in in_sync),
        missing=document.missing,
        notes=document.notes,
        is_whole=document.is_complete,
        looked_at=document.looked_at,
    )


def _finding(config: DriftedConfig) -> Finding:
    return Finding(
        rule=f"drift-{config.status}",
        severity=SEVERITIES[config.status],
        subject=config.function_urn or config.name,
        message="; ".join(_message(config)),
        remedy=REMEDIES[config.status],
        where=config.where,
    )


def _message(config: DriftedConfig) -> Iterator[str]:
    owner = f"{config.name} of {config.stack} is " if config.name else ""
    yield f"{owner}{config.status}: {MEANINGS[config.status]}"
    yield from details(config)
