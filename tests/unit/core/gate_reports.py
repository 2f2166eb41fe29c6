"""Reports of a gate, and previews that it stopped."""

from __future__ import annotations

from typing import Any

from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.review.gate_report import GateReport
from pulumi_functiongraph.core.stack import parse_export, parse_preview
from pulumi_functiongraph.report.graph.json import graph_document
from unit.core.graph.shapes import edge, fn, judge
from unit.core.stack.told import export, preview

STOPPED = "error: functiongraph: 1 error found before anything was changed\n  FGN101 error: …"
ENDED = "error: an unhandled error occurred: program exited with non-zero exit code: 1\n"
LOOP = judge([edge("a", "b", path="onSuccess"), edge("b", "a", path="onSuccess")])
UNREAD = judge([edge("a", "b")], unreadable={fn("b"): "not read in time"})
STACK = {
    "urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
    "type": "pulumi:pulumi:Stack",
}


def cycle_of(verdict: CycleAnalysis, *, severity: Severity = Severity.ERROR) -> Finding:
    message = f"cycle {verdict.cycles[0].id}: a → b → a"
    return Finding(rule="FGN101", severity=severity, subject="notify-a", message=message)


def report(verdict: CycleAnalysis = LOOP, *findings: Finding) -> GateReport:
    found = findings or tuple(map(cycle_of, [verdict] if verdict.cycles else []))
    return GateReport(
        stack="stack dev of project shop", findings=found, graph=graph_document(verdict)
    )


def failed(*messages: str) -> Any:
    said = [{"severity": "error", "message": each} for each in messages]
    return parse_preview(preview(diagnostics=said))


def reviewed(
    gate: GateReport, *states: dict[str, Any], messages: tuple[str, ...] = (STOPPED, ENDED)
) -> ReviewDocument:
    return review(failed(*messages), export=parse_export(export(*states)), gate=gate)
