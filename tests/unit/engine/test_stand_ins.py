"""The script that serves dynamic providers; the language host's is tested with the bundle."""

import subprocess
from pathlib import Path

import pytest

from unit.engine.fakes import environment, make_executable

SCRIPT = Path(__file__).parents[3] / "engine" / "stand_ins" / "pulumi-resource-pulumi-python"
SHOW = 'echo "$0 $@"; echo "${VIRTUAL_ENV:-none} ${PYTHONHOME:-none}"'


def run(folder: Path, settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [SCRIPT, "127.0.0.1:1", "a b"],
        cwd=folder,
        env={**settings, "PYTHONHOME": "/old"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_python3_on_path_serves_by_default(tmp_path: Path) -> None:
    python = make_executable(tmp_path / "bin" / "python3", SHOW)

    answer = run(tmp_path, environment(tmp_path / "bin"))

    assert answer.stdout == f"{python} -u -m pulumi.dynamic 127.0.0.1:1 a b\nnone /old\n"


def test_python_command_comes_before_path(tmp_path: Path) -> None:
    make_executable(tmp_path / "bin" / "python3", "exit 1")
    python = make_executable(tmp_path / "special", SHOW)

    answer = run(tmp_path, environment(tmp_path / "bin", PULUMI_PYTHON_CMD=str(python)))

    assert answer.stdout.startswith(f"{python} -u -m pulumi.dynamic")


@pytest.mark.parametrize(
    ("folder", "settings"),
    [
        ("env", {"PULUMI_RUNTIME_VIRTUALENV": "env"}),
        ("env", {"PULUMI_RUNTIME_VIRTUALENV": "env/"}),
        ("env", {"PULUMI_RUNTIME_VIRTUALENV": "env", "PULUMI_RUNTIME_TOOLCHAIN": "uv"}),
        (".venv", {"PULUMI_RUNTIME_TOOLCHAIN": "uv"}),
    ],
)
@pytest.mark.parametrize("program", [".", "deep/program"])
def test_environment_of_the_program_is_found_from_the_root_of_the_project(
    tmp_path: Path, folder: str, settings: dict[str, str], program: str
) -> None:
    python = make_executable(tmp_path / folder / "bin" / "python", SHOW)
    (tmp_path / program).mkdir(parents=True, exist_ok=True)

    answer = run(tmp_path / program, environment(**settings))

    command, shown = answer.stdout.splitlines()
    assert Path(command.split()[0]).samefile(python)
    assert shown.split()[0].rstrip("/") == str(tmp_path / folder)
    assert shown.split()[1] == "none"


def test_environment_may_be_an_absolute_path(tmp_path: Path) -> None:
    python = make_executable(tmp_path / "env" / "bin" / "python", SHOW)

    answer = run(Path("/"), environment(PULUMI_RUNTIME_VIRTUALENV=str(tmp_path / "env")))

    assert answer.stdout.startswith(f"{python} ")


@pytest.mark.parametrize("option", ["none", "/none/at/all"])
def test_missing_environment_is_told_with_what_makes_it(tmp_path: Path, option: str) -> None:
    answer = run(tmp_path, environment(PULUMI_RUNTIME_VIRTUALENV=option))

    assert answer.returncode == 1
    assert f"virtual environment {option}, which is not found" in answer.stderr
    assert "`pulumi install` makes it" in answer.stderr
