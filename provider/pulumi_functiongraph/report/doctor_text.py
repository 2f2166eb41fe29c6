"""What `fgctl doctor` found: a line for each check, and below it what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.text import TextLine, Tone

_TONES: dict[str, Tone] = {"ok": "good", "warn": "warn", "bad": "bad"}


class SelfCheck(msgspec.Struct, frozen=True):
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


def doctor_lines(check: SelfCheck) -> Iterator[TextLine]:
    """What was found, and what to do where something is wrong."""
    text = visible(f"{check.state:<4}  {check.what}: {check.message}")
    yield TextLine(text, _TONES[check.state])
    if check.remedy and check.state != "ok":
        yield TextLine(visible(f"      → {check.remedy}"))
