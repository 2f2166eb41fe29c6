"""A drift report as SARIF: each config that is not in sync is a result at its declaration."""

from __future__ import annotations

from pulumi_functiongraph.core.drift.document import DriftDocument, DriftStatus
from pulumi_functiongraph.report.drift.found import SEVERITIES, drift_found
from pulumi_functiongraph.report.drift.phrases import MEANINGS, REMEDIES, SHOWN
from pulumi_functiongraph.report.sarif import SarifRule, SarifTool, sarif

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
        severity=SEVERITIES[status],
        summary=f"An asynchronous notification config is {status}: {MEANINGS[status]}.",
        why=_WHY[status],
        remedy=REMEDIES[status],
    )
    for status in SHOWN
)


def drift_sarif(document: DriftDocument, *, tool: SarifTool) -> str:
    """The log of one run."""
    return sarif(drift_found(document), tool=tool.with_rules(*KINDS))
