"""The commands with the grades of a project's pyproject.toml."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from unit.core.stack.told import export, preview, state, step, to_fn

LOOP = {"onSuccess": to_fn("a")}
NOTE = "pyproject.toml sets {} to {}: as agreed"

Grade: TypeAlias = Callable[[str, str], None]


@pytest.fixture
def grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Grade:
    inner = tmp_path / "infrastructure"
    inner.mkdir()
    monkeypatch.chdir(inner)

    def write(rule: str, severity: str) -> None:
        text = f'{rule} = {{severity = "{severity}", reason = "as agreed"}}\n'
        table = f"[tool.pulumi-functiongraph.rules]\n{text}"
        (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")

    return write


def fgctl(*arguments: str, told: str, **environment: str) -> Result:
    return CliRunner().invoke(app, arguments, input=told, env=environment, prog_name="fgctl")


def test_a_review_honours_grades_and_notes_them(grade: Grade) -> None:
    told = preview(step("create", new=state("a")))
    grade("FGN301", "off")

    off = fgctl("review", "--fail-on", "warning", told=told)
    grade("FGN301", "error")
    error = fgctl("review", told=told)

    assert (off.exit_code, error.exit_code) == (0, 1)
    assert NOTE.format("FGN301", "off") in off.stdout
    assert NOTE.format("FGN301", "error") in error.stdout
    assert "FGN301 error: a.on_failure" in error.stdout


def test_a_graph_with_a_cycle_fails_unless_the_project_says_otherwise(grade: Grade) -> None:
    told = export(state("a", inputs=LOOP))
    check = ("graph", "--stack", "-")
    assert fgctl(*check, told=told).exit_code == 1
    grade("FGN101", "warning")

    checked = fgctl(*check, told=told)

    assert checked.exit_code == 0
    assert NOTE.format("FGN101", "warning") in checked.stdout


def test_a_graph_that_never_fails_does_not_read_grades(grade: Grade) -> None:
    grade("FGN999", "off")
    told = export(state("a", inputs=LOOP))

    assert fgctl("graph", "--stack", "-", "--fail-on", "never", told=told).exit_code == 0


def test_a_cycle_that_is_a_warning_fails_where_warnings_do(grade: Grade) -> None:
    grade("FGN101", "warning")
    told = export(state("a", inputs=LOOP))

    assert fgctl("graph", "--stack", "-", "--fail-on", "warning", told=told).exit_code == 1


def test_a_precheck_honours_grades(grade: Grade, functiongraph_emulator: Any) -> None:
    functiongraph_emulator.seed("functions: []")
    told = export(state("a"))
    command = ("precheck", "--stack", "-", "--format", "json")
    grade("FGN201", "off")

    off = fgctl(*command, told=told, **functiongraph_emulator.environment)
    grade("FGN302", "off")
    on = fgctl(*command, told=told, **functiongraph_emulator.environment)

    assert "FGN201" in {found["rule"] for found in json.loads(on.stdout)["findings"]}
    assert "FGN201" not in {found["rule"] for found in json.loads(off.stdout)["findings"]}
    assert NOTE.format("FGN201", "off") in json.loads(off.stdout)["notes"]


def test_grades_that_mean_nothing_are_refused_with_the_file(grade: Grade) -> None:
    grade("FGN999", "off")

    refused = fgctl("review", told=preview(step("create", new=state("a"))))

    assert refused.exit_code == 2
    assert "pyproject.toml: tool.pulumi-functiongraph.rules.FGN999: is no rule" in refused.stderr


def test_the_rules_are_listed_as_the_project_grades_them(grade: Grade) -> None:
    grade("FGN301", "off")

    listed = fgctl("rules", told="").stdout
    explained = fgctl("rules", "FGN301", told="").stdout

    assert "no-failure-target  (warning in itself; pyproject.toml: as agreed)" in listed
    assert explained.startswith("FGN301 no-failure-target (off)")
    assert "as agreed" not in fgctl("rules", "--format", "markdown", told="").stdout


def test_sarif_of_a_review_tells_the_grades(grade: Grade) -> None:
    grade("FGN301", "off")

    told = json.loads(
        fgctl("review", "--format", "sarif", told=preview(step("create", new=state("a")))).stdout
    )

    (invocation,) = told["runs"][0]["invocations"]
    assert invocation["ruleConfigurationOverrides"][0]["configuration"]["enabled"] is False
    notes = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert NOTE.format("FGN301", "off") in notes
