"""What is found, at the terminal and, where one is asked for, in a file for a review."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pulumi

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.findings import Finding, errors, in_order
from pulumi_functiongraph.core.graph import Cycle, CycleAnalysis
from pulumi_functiongraph.core.one_line import visible, visible_lines
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.core.review import REPORT_VARIABLE
from pulumi_functiongraph.report.python_spelling import finding_in_python, only_about_values

OVERRIDE = (
    "  to let one run pass (such as destroy --run-program): FUNCTIONGRAPH_PRECHECK=warn pulumi …"
)
OVERRIDE_OF_VALUES = (
    "  the service takes none of these values; only a run that sends none passes, such as destroy "
    "--run-program: FUNCTIONGRAPH_PRECHECK=warn pulumi …"
)
OVERRIDE_OF_LIVE_CONFIGS = (
    "  a create refuses these all the same; only a run that creates none of them passes, such as "
    "destroy --run-program: FUNCTIONGRAPH_PRECHECK=warn pulumi …"
)
NOT_HELD_BACK = (
    "  not held back: what was constructed before pulumi_functiongraph was imported, and its "
    "children; import it before the first resource"
)
_ALREADY_CONFIGURED = "FGN212"
OVERRIDE_OF_CYCLES = (
    "  to let one run pass with its cycles alone: FUNCTIONGRAPH_ON_CYCLE=warn pulumi …"
)


def blocking_report(
    findings: Iterable[Finding],
    *,
    is_begun: bool = False,
    verdict: CycleAnalysis | None = None,
    late: str = "",
) -> str:
    """Why nothing is changed: every finding, and what is not covered.

    Args:
        findings: errors and warnings.
        is_begun: whether resources may have been constructed before anything could be held back.
        verdict: on the graph.
        late: the one config that is judged while others of the run may be changed already.
    """
    listed = tuple(findings)
    stopping = len(errors(listed))
    before = f"before {late} was changed" if late else "before anything was changed"
    lines = [f"functiongraph: {counted(stopping, 'error')} found {before}"]
    cycles = verdict.cycles if verdict else ()
    lines += [f"  {finding_in_python(_without_advice(each, cycles))}" for each in listed]
    if verdict and cycles:
        # Most runs draw nothing, and start without it.
        from pulumi_functiongraph.report.graph.text import report_lines

        lines += [f"  {line}".rstrip() for line in ("", *report_lines(verdict), "")]
    if is_begun:
        lines.append(NOT_HELD_BACK)
    if cycles:
        lines.append(OVERRIDE_OF_CYCLES)
    lines.append(_override(errors(listed)))
    return visible_lines("\n".join(lines))


def _override(stopping: Sequence[Finding]) -> str:
    """How one run passes in spite of some errors, and what no run does in spite of them."""
    if all(map(only_about_values, stopping)):
        return OVERRIDE_OF_VALUES
    if all(each.rule == _ALREADY_CONFIGURED for each in stopping):
        return OVERRIDE_OF_LIVE_CONFIGS
    return OVERRIDE


def nothing_changed(error: FunctionGraphError) -> pulumi.RunError:
    """Why nothing was even judged: settings or a declaration that cannot be read."""
    return pulumi.RunError(f"functiongraph: nothing was changed: {in_snake(str(error))}")


def _without_advice(finding: Finding, cycles: Sequence[Cycle]) -> Finding:
    """The finding, without its advice where the drawing of its cycle gives it."""
    is_drawn = any(cycle.id == finding.cycle for cycle in cycles)
    return finding.model_copy(update={"remedy": ""}) if is_drawn else finding


def log_findings(findings: Iterable[Finding]) -> None:
    """Log each finding as a warning that stops nothing, and what is accepted without a warning."""
    for finding in findings:
        log = pulumi.log.info if finding.acknowledged else pulumi.log.warn
        log(visible_lines(str(finding_in_python(finding.as_warning()))))


def write_gate_report(findings: Iterable[Finding], verdict: CycleAnalysis) -> None:
    """Write what was found to the file that the environment names, in place of what it held.

    Only in a preview: values that are secret are not known there. A file that cannot be written is
    a warning, and stops nothing.
    """
    file = os.environ.get(REPORT_VARIABLE)
    if not file or not pulumi.runtime.is_dry_run():
        return
    # Most runs write no file, and start without its form.
    from pulumi_functiongraph.core.review.gate_report import GateReport
    from pulumi_functiongraph.report.graph.json import graph_document

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
        pulumi.log.warn(f"functiongraph: {REPORT_VARIABLE}: {visible(file)}: {error.strerror}")
