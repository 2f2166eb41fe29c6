"""Files that reports go to: what cannot be meant is refused before anything is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from unit.core.stack.told import export, preview, state, step


def fgctl(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="fgctl")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What Pulumi wrote, and no credentials: a command that looks at a cloud ends there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "preview.json").write_text(preview(step("create", new=state("a"))))
    (tmp_path / "stack.json").write_text(export(state("a")))
    (tmp_path / "link.json").symlink_to("stack.json")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "review --preview preview.json --format json=preview.json",
        "review --preview preview.json --stack stack.json --format html=./stack.json",
        "review --preview preview.json --events stack.json --format text --format html=stack.json",
        "graph --stack stack.json --format text=link.json",
        "precheck --preview preview.json --format json=preview.json",
        "drift --stack stack.json --format json=stack.json",
        "drift --stack stack.json --preview preview.json --format json=preview.json",
        "drift --stack stack.json --ignore preview.json --format json=preview.json",
        "adopt --stack stack.json --output stack.json",
    ],
)
def test_what_is_read_is_not_overwritten(folder: Path, command: str) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    refused = fgctl(*command.split())

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is read by the same command, and would be overwritten" in " ".join(
        refused.stderr.split()
    )
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize("command", ["review --preview preview.json", "drift --stack stack.json"])
def test_two_forms_do_not_go_to_one_file(folder: Path, command: str) -> None:
    refused = fgctl(*command.split(), "--format", "json=a", "--format", "html=./a")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "two forms cannot go to one file: a" in refused.stderr
    assert not (folder / "a").exists()


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("gone/a", "No such file or directory"),
        (".", "Is a directory"),
        ("stack.json/a", "Not a directory"),
    ],
)
@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("review --preview preview.json --format text", "--format json="),
        ("drift --stack stack.json --format text", "--format json="),
        ("graph --stack stack.json --format text", "--format dot="),
        ("adopt", "--output "),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(
    command: str, option: str, file: str, why: str
) -> None:
    refused = fgctl(*command.split(), *f"{option}{file}".split())

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"{option}{file}: {why}\n"


@pytest.mark.usefixtures("folder")
def test_a_device_takes_a_report() -> None:
    shown = fgctl(
        "graph", "--stack", "stack.json", "--format", "text=/dev/null", "--fail-on", "never"
    )

    assert (shown.exit_code, shown.output) == (0, "")


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    refused = fgctl(
        *("review", "--preview", "preview.json"),
        *("--format", "json=gone/a", "--format", "html=.", "--format", "text=preview.json"),
    )

    assert len(refused.stderr.splitlines()) == 3
    assert (folder / "preview.json").stat().st_size
