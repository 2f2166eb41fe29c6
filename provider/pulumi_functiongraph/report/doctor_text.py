"""What `fgctl doctor` found: a line for each check, and below it what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pulumi_functiongraph.core.one_line import visible


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """One check.

    Attributes:
        state: ``ok``, ``warn`` where something works less well, ``bad`` where it does not work.
        what: what was checked.
        message: what was found.
        remedy: what to do, empty when there is nothing to do.
    """

    state: Literal["ok", "warn", "bad"]
    what: str
    message: str
    remedy: str = ""


def doctor_text(checks: Iterable[SelfCheck]) -> str:
    """The lines, in the order of the checks."""
    lines = []
    for check in checks:
        lines.append(f"{check.state:<4}  {check.what}: {check.message}")
        if check.remedy and check.state != "ok":
            lines.append(f"      → {check.remedy}")
    return "".join(f"{visible(line)}\n" for line in lines)
