"""A drift report as SARIF: each config that is not in sync is a result at its declaration."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.drift.document import DriftDocument, DriftedConfig, DriftStatus
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.report.drift.phrases import MEANINGS, REMEDIES, SHOWN, details
from pulumi_functiongraph.report.sarif import SarifRule, SarifTool, sarif

_SEVERITIES = {
    DriftStatus.UNREADABLE: Severity.WARNING,
    DriftStatus.MISSING: Severity.ERROR,
    DriftStatus.CHANGED: Severity.ERROR,
    DriftStatus.UNMANAGED: Severity.WARNING,
}
_WHY = {
    DriftStatus.UNREADABLE: "What could not be read may have drifted.",
    DriftStatus.MISSING: "It runs with the service's defaults, and its results go nowhere.",
    DriftStatus.CHANGED: "The service does not do what the program says.",
    DriftStatus.UNMANAGED: "Nobody reviews its changes, and no stack updates or destroys it.",
}

KINDS = tuple(
    SarifRule(
        id=f"drift-{status}",
        name=f"drift-{status}",
        severity=_SEVERITIES[status],
        summary=f"An asynchronous notification config is {status}: {MEANINGS[status]}.",
        why=_WHY[status],
        remedy=REMEDIES[status],
    )
    for status in SHOWN
)


def drift_sarif(document: DriftDocument, *, tool: SarifTool) -> str:
    """The log of one run."""
    drifted = (_finding(config) for status in SHOWN for config in document.of(status))
    return sarif(
        (*drifted, *document.findings),
        tool=tool.with_rules(*KINDS),
        missing=document.missing,
        notes=document.notes,
        is_whole=document.is_complete,
    )


def _finding(config: DriftedConfig) -> Finding:
    return Finding(
        rule=f"drift-{config.status}",
        severity=_SEVERITIES[config.status],
        subject=config.function_urn or config.name,
        message="; ".join(_message(config)),
        remedy=REMEDIES[config.status],
        where=config.where,
    )


def _message(config: DriftedConfig) -> Iterator[str]:
    owner = f"{config.name} of {config.stack} is " if config.name else ""
    yield f"{owner}{config.status}: {MEANINGS[config.status]}"
    yield from details(config)
