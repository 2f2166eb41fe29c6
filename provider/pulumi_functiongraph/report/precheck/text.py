"""A pre-check as plain text: how many questions had which answer, then each finding."""

from __future__ import annotations

from collections import Counter

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.results import CheckOutcome
from pulumi_functiongraph.report.python_spelling import finding_in_python


def precheck_text(document: PrecheckDocument) -> str:
    """The whole text."""
    results = document.results
    numbers = Counter(result.outcome for result in results)
    configs = len({result.number for result in results})
    answers = ", ".join(f"{numbers[outcome]} {outcome}" for outcome in CheckOutcome)
    doubt = "" if document.is_complete else "; cannot say whether all notifications arrive"
    lines = [
        f"{counted(configs, 'config')}, {counted(len(results), 'question')}: {answers}{doubt}",
        *(f"cannot say: {visible(each)}" for each in document.missing),
        *(f"note: {visible(note)}" for note in document.notes),
        *(visible(str(finding_in_python(finding))) for finding in document.findings),
    ]
    return "\n".join(lines) + "\n"
