"""What is reported at the terminal, and in the file for a review."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from factories import finding
from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.review import REPORT_VARIABLE
from pulumi_functiongraph.core.review.gate_report import parse_gate_report
from pulumi_functiongraph.program.report import (
    NOT_HELD_BACK,
    OVERRIDE,
    OVERRIDE_OF_LIVE_CONFIGS,
    OVERRIDE_OF_VALUES,
    blocking_report,
    log_findings,
    nothing_changed,
    write_gate_report,
)
from unit.core.graph.shapes import edge, judge

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
    log_findings([finding(), WARNING])
    assert said == ["FGN001 warning: notify: is wrong", "FGN001 warning: other: is doubtful"]


def test_an_override_is_offered_where_it_helps() -> None:
    text = blocking_report([finding(), finding(rule="FGN208")])
    assert text.endswith(OVERRIDE)


def test_an_override_creates_no_config_where_another_is_live() -> None:
    taken = finding(rule="FGN212")
    assert blocking_report([taken, WARNING]).endswith(OVERRIDE_OF_LIVE_CONFIGS)
    assert blocking_report([taken, finding(rule="FGN208")]).endswith(OVERRIDE)


VERDICT = judge([edge("a", "b"), edge("b", "a")])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(pulumi, "get_project", lambda: "shop")
    monkeypatch.setenv(REPORT_VARIABLE, str(tmp_path / "report.json"))
    return tmp_path / "report.json"


def test_the_last_judgement_of_a_preview_is_in_the_file(file: Path) -> None:
    write_gate_report([], VERDICT)
    write_gate_report([WARNING, finding()], VERDICT)

    told = parse_gate_report(file.read_bytes())

    assert told.stack == "stack dev of project shop"
    assert told.findings == (finding(), WARNING)
    assert [each.id for each in told.graph.cycles] == [VERDICT.cycles[0].id]
    assert [each.name for each in file.parent.iterdir()] == ["report.json"]


def test_nothing_is_written_where_nobody_asks_or_values_are_known(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    write_gate_report([finding()], VERDICT)
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    monkeypatch.delenv(REPORT_VARIABLE)
    write_gate_report([finding()], VERDICT)

    assert not file.exists()


def test_a_file_that_cannot_be_written_is_said_and_stops_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    monkeypatch.setenv(REPORT_VARIABLE, str(file.parent / "gone" / "report.json"))

    write_gate_report([finding()], VERDICT)

    (warning,) = said
    assert "FUNCTIONGRAPH_REPORT" in warning
    assert "No such file or directory" in warning


def test_what_cannot_be_encoded_or_moves_a_cursor_is_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    hostile = finding(message="names caf\udce9\x1b[31m")
    log_findings([hostile])
    told = [*blocking_report([hostile]).splitlines(), *said]
    told += str(nothing_changed(SettingsError("no file caf\udce9\x1b[31m"))).splitlines()
    assert all(map(str.isprintable, told))
    assert str(told).count(r"caf\\udce9\\x1b[31m") == 3
