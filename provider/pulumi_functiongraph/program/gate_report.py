"""The gate's report as a file, where one is asked for: for a review of a preview that it stops."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pulumi

from pulumi_functiongraph.core.findings import Finding, in_order
from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.review.gate_report import VARIABLE, GateReport
from pulumi_functiongraph.report.graph.json import graph_document


def write_gate_report(findings: Iterable[Finding], verdict: CycleAnalysis) -> None:
    """Write what was found to the file that the environment names, in place of what it held.

    Only in a preview: values that are secret are not known there. A file that cannot be written is
    said, and stops nothing.
    """
    file = os.environ.get(VARIABLE)
    if not file or not pulumi.runtime.is_dry_run():
        return
    report = GateReport(
        stack=f"stack {pulumi.get_stack()} of project {pulumi.get_project()}",
        findings=in_order(findings),
        graph=graph_document(verdict),
    )
    text = report.model_dump_json(by_alias=True, exclude_none=True)
    part = Path(f"{file}.part")
    try:
        part.write_text(f"{text}\n", encoding="utf-8")
        part.replace(file)
    except OSError as error:
        pulumi.log.warn(f"functiongraph: {VARIABLE}: {file}: {error.strerror}")
