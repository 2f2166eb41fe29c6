"""What `fgctl doctor` found: a line for each check, and below it what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.doctor.checks import SelfCheck
from pulumi_functiongraph.report.text import TextLine, Tone, dated

_TONES: dict[str, Tone] = {"ok": "good", "warn": "warn", "bad": "bad"}


def doctor_text(checks: Iterable[SelfCheck], *, looked_at: datetime | None = None) -> str:
    """All checks as plain text."""
    lines = (*(line.text for line in doctor_lines(checks)), *dated(looked_at))
    return "".join(f"{line}\n" for line in lines)


def doctor_lines(checks: Iterable[SelfCheck]) -> Iterator[TextLine]:
    """What was found, and what to do where something is wrong."""
    for check in checks:
        text = visible(f"{check.state:<4}  {check.what}: {check.message}")
        yield TextLine(text, _TONES[check.state])
        if check.remedy and check.state != "ok":
            yield TextLine(visible(f"      → {check.remedy}"))
