"""A pre-check as plain text: what was asked in numbers, then each finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.results import Outcome, Result
from pulumi_functiongraph.report.graph_marks import counted, printable


def precheck_text(
    results: Sequence[Result], findings: Sequence[Finding], *, notes: Sequence[str] = ()
) -> str:
    """The whole text.

    Args:
        results: every answer.
        findings: what the rules make of them.
        notes: what limits the result.
    """
    numbers = Counter(result.outcome for result in results)
    configs = len({result.number for result in results})
    answers = ", ".join(f"{numbers[outcome]} {outcome}" for outcome in Outcome)
    lines = [
        f"{counted(configs, 'config')}, {counted(len(results), 'question')}: {answers}",
        *(f"note: {printable(note)}" for note in notes),
        *(printable(str(finding)) for finding in findings),
    ]
    return "\n".join(lines) + "\n"
