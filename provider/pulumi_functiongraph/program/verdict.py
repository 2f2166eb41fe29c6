"""What the gate says to the person at the terminal."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi

from pulumi_functiongraph.core.findings import Finding, errors

OVERRIDE = (
    "  to let one run pass (such as destroy --run-program): FUNCTIONGRAPH_PRECHECK=warn pulumi …"
)


def blocking_report(findings: Iterable[Finding], *, early: tuple[str, ...]) -> str:
    """Why nothing is changed: every finding, and what is not covered."""
    listed = tuple(findings)
    stopping = len(errors(listed))
    noun = "error" if stopping == 1 else "errors"
    lines = [f"functiongraph: {stopping} {noun} found before anything was changed"]
    lines += [f"  {finding}" for finding in listed]
    if early:
        lines.append(
            "  not held back, because constructed before pulumi_functiongraph was imported: "
            + ", ".join(early)
        )
    lines.append(OVERRIDE)
    return "\n".join(lines)


def tell(findings: Iterable[Finding]) -> None:
    """Say each finding as a warning that stops nothing."""
    for finding in findings:
        pulumi.log.warn(str(finding))
