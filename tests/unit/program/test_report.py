"""What the gate says."""

from __future__ import annotations

import pulumi
import pytest

from factories import finding
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.program.report import (
    NOT_HELD_BACK,
    OVERRIDE,
    OVERRIDE_OF_VALUES,
    blocking_report,
    tell,
)

WARNING = finding(severity=Severity.WARNING, subject="other", message="is doubtful")


def test_a_report_lists_every_finding_and_counts_what_stops_the_run() -> None:
    assert blocking_report([finding(), WARNING]) == (
        "functiongraph: 1 error found before anything was changed\n"
        "  FGN001 error: notify: is wrong\n"
        "  FGN001 warning: other: is doubtful\n"
        f"{OVERRIDE_OF_VALUES}"
    )


def test_a_report_of_several_errors_says_so_and_names_what_is_not_held_back() -> None:
    text = blocking_report([finding(), finding(subject="second")], is_begun=True)
    assert text.startswith("functiongraph: 2 errors found")
    assert f"\n{NOT_HELD_BACK}\n" in text
    assert text.endswith(OVERRIDE_OF_VALUES)


def test_a_report_on_one_config_does_not_say_that_nothing_else_was_changed() -> None:
    text = blocking_report([finding()], late="notify")
    assert text.startswith("functiongraph: 1 error found before notify was changed\n")


def test_what_stops_nothing_is_a_warning_each(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    tell([finding(), WARNING])
    assert said == ["FGN001 error: notify: is wrong", "FGN001 warning: other: is doubtful"]


def test_an_override_is_offered_where_it_helps() -> None:
    text = blocking_report([finding(), finding(rule="FGN208")])
    assert text.endswith(OVERRIDE)
