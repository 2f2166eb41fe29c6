"""What a report found, for the forms that list findings and nothing else."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pulumi_functiongraph.core.findings import Finding


class Found(msgspec.Struct, frozen=True):
    """What a report found.

    Attributes:
        findings: of the rules, and what is told as one.
        passed: what was looked at and is well, a name each.
        missing: what was not read, and why.
        notes: what else limits the result.
        is_whole: whether all was read that was asked for.
        looked_at: when it was looked, in UTC.
    """

    findings: tuple[Finding, ...]
    passed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_whole: bool = True
    looked_at: datetime | None = None

    @property
    def time(self) -> str | None:
        """When it was looked, as machines read it."""
        return None if self.looked_at is None else f"{self.looked_at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def unread(self) -> tuple[str, ...]:
        """What was not read; never empty where not all was."""
        return self.missing or (() if self.is_whole else ("not all could be judged",))
