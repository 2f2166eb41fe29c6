"""What `fgctl doctor` found, a line each, with what to do under those that are not well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pulumi_functiongraph.report.graph.style import printable


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """One thing that was looked at.

    Attributes:
        state: ``ok``, ``warn`` where something works less well, ``bad`` where it does not work.
        what: what was looked at.
        said: what was seen.
        remedy: what to do, empty when there is nothing to do.
    """

    state: Literal["ok", "warn", "bad"]
    what: str
    said: str
    remedy: str = ""


def doctor_text(checks: Iterable[SelfCheck]) -> str:
    """The lines, in the order of the checks."""
    lines = []
    for check in checks:
        lines.append(f"{check.state:<4}  {check.what}: {check.said}")
        if check.remedy and check.state != "ok":
            lines.append(f"      → {check.remedy}")
    return "".join(f"{printable(line)}\n" for line in lines)
