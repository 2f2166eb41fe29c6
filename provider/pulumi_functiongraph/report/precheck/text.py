"""A pre-check as plain text: what was asked in numbers, then each finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.results import Outcome, Result
from pulumi_functiongraph.report.graph.style import printable
from pulumi_functiongraph.report.python_spelling import finding_in_python


def precheck_text(
    results: Sequence[Result],
    findings: Sequence[Finding],
    *,
    missing: Sequence[str] = (),
    notes: Sequence[str] = (),
    is_whole: bool = True,
) -> str:
    """The whole text.

    Args:
        results: every answer.
        findings: what the rules make of them.
        missing: what it cannot be said of, and why.
        notes: what else limits the result.
        is_whole: whether all was read, and every question answered.
    """
    numbers = Counter(result.outcome for result in results)
    configs = len({result.number for result in results})
    answers = ", ".join(f"{numbers[outcome]} {outcome}" for outcome in Outcome)
    doubt = "" if is_whole else "; cannot say whether all notifications arrive"
    lines = [
        f"{counted(configs, 'config')}, {counted(len(results), 'question')}: {answers}{doubt}",
        *(f"cannot say: {printable(each)}" for each in missing),
        *(f"note: {printable(note)}" for note in notes),
        *(printable(str(finding_in_python(finding))) for finding in findings),
    ]
    return "\n".join(lines) + "\n"
