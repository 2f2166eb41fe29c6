"""What a pre-check came to, for whoever renders it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.results import CheckOutcome, CheckResult


class PrecheckDocument(msgspec.Struct, frozen=True):
    """The result: every answer, what the rules make of it, its limits, and when it was looked."""

    results: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    looked_at: datetime | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all was read, and every question answered."""
        unknown = any(each.outcome is CheckOutcome.UNKNOWN for each in self.results)
        return not (self.missing or unknown)
