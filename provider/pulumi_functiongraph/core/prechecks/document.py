"""What a pre-check came to, for whoever renders it."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.results import CheckOutcome, CheckResult


@dataclass(frozen=True, slots=True)
class PrecheckDocument:
    """The result: every answer, what the rules make of it, what was not read and what limits it."""

    results: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all was read, and every question answered."""
        unknown = any(each.outcome is CheckOutcome.UNKNOWN for each in self.results)
        return not (self.missing or unknown)
