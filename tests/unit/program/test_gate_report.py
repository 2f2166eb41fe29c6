"""The file that the gate writes for a review."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from factories import finding
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.review.gate_report import VARIABLE, parse_gate_report
from pulumi_functiongraph.program.gate_report import write_gate_report
from unit.core.graph.shapes import edge, judge

VERDICT = judge([edge("a", "b"), edge("b", "a")])
WARNING = finding(severity=Severity.WARNING, subject="other")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(pulumi, "get_project", lambda: "shop")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "report.json"))
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
    monkeypatch.delenv(VARIABLE)
    write_gate_report([finding()], VERDICT)

    assert not file.exists()


def test_a_file_that_cannot_be_written_is_said_and_stops_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    monkeypatch.setenv(VARIABLE, str(file.parent / "gone" / "report.json"))

    write_gate_report([finding()], VERDICT)

    (warning,) = said
    assert "FUNCTIONGRAPH_REPORT" in warning
    assert "No such file or directory" in warning
