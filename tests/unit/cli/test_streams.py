"""`fgctl` where its standard streams are closed, full, or in few letters: never a traceback."""

import os
import subprocess
from pathlib import Path

import pytest

from unit.cli.process import FGCTL
from unit.cli.terminal import on_a_terminal
from unit.core.stack.told import GOLDEN

PREVIEW = str(GOLDEN / "preview.json")


def in_shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which ``$FGCTL`` is the command."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env={**os.environ, "FGCTL": str(FGCTL), "PREVIEW": PREVIEW, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "arguments", ["--version", "rules", 'review --preview "$PREVIEW"', 'graph --preview "$PREVIEW"']
)
def test_a_full_disk_behind_standard_output_is_told(arguments: str) -> None:
    run = in_shell(f'"$FGCTL" {arguments} > /dev/full')

    assert (run.returncode, run.stderr) == (2, "fgctl: No space left on device\n")


@pytest.mark.parametrize("arguments", ["--version", "rules", "review --format text"])
def test_a_closed_standard_output_takes_nothing_from_the_exit_code(arguments: str) -> None:
    run = in_shell(f'"$FGCTL" {arguments} < "$PREVIEW" >&-')

    assert (run.returncode, run.stderr) == (2 if "review" in arguments else 0, "")


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("review", "--preview"),
        ("graph --preview -", "--preview"),
        ("precheck --preview -", "--preview"),
        ("drift --stack -", "--stack"),
        ("adopt --stack -", "--stack"),
    ],
)
def test_a_closed_standard_input_is_an_empty_file(command: str, option: str) -> None:
    run = in_shell(f'"$FGCTL" {command} <&-')

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"{option} -: ")
    assert "is empty" in run.stderr


def test_a_reader_that_stops_is_told_apart_from_findings() -> None:
    run = in_shell('"$FGCTL" rules --format markdown | true')

    assert (run.returncode, run.stderr) == (2, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_standard_error_that_takes_nothing_does_not_change_the_exit_code(unbuffered: str) -> None:
    command = '"$FGCTL" review --preview /gone 2> /dev/full'

    assert in_shell(command, PYTHONUNBUFFERED=unbuffered).returncode == 2


def test_a_terminal_without_unicode_gets_the_numbers_of_letters(tmp_path: Path) -> None:
    command = ("review", "--preview", PREVIEW)

    code, told = on_a_terminal(*command, folder=tmp_path, PYTHONIOENCODING="ascii")

    assert code == 2
    assert r"billing \u2192 orders (success)" in told
