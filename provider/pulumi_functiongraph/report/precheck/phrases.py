"""Phrases that every form of a pre-check shares, so that all say the same."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.property_names import in_snake

TITLE = "Pre-check of asynchronous notifications"

WORST_FIRST = (CheckOutcome.DENIED, CheckOutcome.UNKNOWN, CheckOutcome.ALLOWED)

SIGNS = {CheckOutcome.DENIED: "✗", CheckOutcome.UNKNOWN: "?", CheckOutcome.ALLOWED: "✓"}
TONES = {CheckOutcome.DENIED: "bad", CheckOutcome.UNKNOWN: "warn", CheckOutcome.ALLOWED: "good"}


def totals(document: PrecheckDocument) -> str:
    """How many questions had which answer, and whether something is not known."""
    results = document.results
    numbers = Counter(result.outcome for result in results)
    configs = len({result.number for result in results})
    answers = ", ".join(f"{numbers[outcome]} {outcome}" for outcome in CheckOutcome)
    doubt = "" if document.is_complete else "; cannot say whether all notifications arrive"
    return f"{counted(configs, 'config')}, {counted(len(results), 'question')}: {answers}{doubt}"


def tone(document: PrecheckDocument) -> Literal["good", "warn", "bad"]:
    """How bad it is."""
    if any(finding.is_error for finding in document.findings):
        return "bad"
    is_clear = document.is_complete and not any(each.is_warning for each in document.findings)
    return "good" if is_clear else "warn"


def of_outcome(document: PrecheckDocument, outcome: CheckOutcome) -> tuple[CheckResult, ...]:
    """The answers of one kind, by the place that they are about."""
    found = (each for each in document.results if each.outcome is outcome)
    order = {check: number for number, check in enumerate(Check)}
    return tuple(sorted(found, key=lambda each: (each.place, order[each.question])))


def place(result: CheckResult) -> str:
    """The config or its target, as a person finds it."""
    return f"{result.resource}.{in_snake(result.path)}" if result.path else result.resource
