import os
from pathlib import Path

import pytest

from language_host.interpreter import Interpreter, NoInterpreterError, choose
from unit.engine.fakes import environment, make_executable


def make_virtualenv(folder: Path) -> Path:
    make_executable(folder / "bin" / "python", "exit 0")
    return folder


def test_virtualenv_is_relative_to_the_root_of_the_project(tmp_path: Path) -> None:
    folder = make_virtualenv(tmp_path / "env")

    chosen = choose({"virtualenv": "env"}, root=tmp_path, environment=environment())

    assert chosen == Interpreter(str(folder / "bin" / "python"), folder)


def test_virtualenv_may_be_an_absolute_path(tmp_path: Path) -> None:
    folder = make_virtualenv(tmp_path / "env")

    chosen = choose({"virtualenv": str(folder)}, root=Path("/nowhere"), environment=environment())

    assert chosen.virtualenv == folder


def test_toolchain_uv_means_its_own_environment(tmp_path: Path) -> None:
    folder = make_virtualenv(tmp_path / ".venv")

    chosen = choose({"toolchain": "uv"}, root=tmp_path, environment=environment())

    assert chosen.virtualenv == folder


def test_virtualenv_comes_before_the_toolchain_and_the_command(tmp_path: Path) -> None:
    make_virtualenv(tmp_path / ".venv")
    folder = make_virtualenv(tmp_path / "env")

    chosen = choose(
        {"toolchain": "uv", "virtualenv": "env"},
        root=tmp_path,
        environment=environment(PULUMI_PYTHON_CMD="python3"),
    )

    assert chosen.virtualenv == folder


def test_python_command_comes_before_path(tmp_path: Path) -> None:
    make_executable(tmp_path / "python3", "exit 0")
    special = make_executable(tmp_path / "python-special", "exit 0")

    chosen = choose(
        {}, root=tmp_path, environment=environment(tmp_path, PULUMI_PYTHON_CMD="python-special")
    )

    assert chosen == Interpreter(str(special))


def test_python3_comes_before_python_on_path(tmp_path: Path) -> None:
    make_executable(tmp_path / "python", "exit 0")
    expected = make_executable(tmp_path / "python3", "exit 0")

    assert choose({}, root=tmp_path, environment={"PATH": str(tmp_path)}).executable == str(
        expected
    )


def test_python_serves_where_there_is_no_python3(tmp_path: Path) -> None:
    expected = make_executable(tmp_path / "python", "exit 0")

    assert choose({}, root=tmp_path, environment={"PATH": str(tmp_path)}).executable == str(
        expected
    )


@pytest.mark.parametrize(
    ("options", "settings", "message"),
    [
        ({"virtualenv": "none"}, {}, "none, which does not exist. `pulumi install` makes it"),
        ({"virtualenv": "empty"}, {}, "empty, which is not a virtual environment"),
        ({"toolchain": "poetry"}, {}, "`toolchain: poetry` is not known"),
        ({}, {}, "None of python3, python is on PATH"),
        ({}, {"PULUMI_PYTHON_CMD": "python-x"}, "None of python-x is on PATH"),
    ],
)
def test_what_cannot_be_run_is_refused_with_what_to_do(
    tmp_path: Path, options: dict[str, object], settings: dict[str, str], message: str
) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(NoInterpreterError, match=message):
        choose(options, root=tmp_path, environment={"PATH": str(tmp_path), **settings})


def test_environment_of_a_virtualenv_is_an_activated_one(tmp_path: Path) -> None:
    interpreter = Interpreter("python", tmp_path)

    activated = interpreter.environment({"PATH": "/usr/bin", "PYTHONHOME": "/old", "WORD": "kept"})

    assert activated == {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}/usr/bin",
        "VIRTUAL_ENV": str(tmp_path),
        "WORD": "kept",
    }


def test_environment_without_a_virtualenv_stays_as_it_is() -> None:
    base = {"PATH": "/usr/bin", "PYTHONHOME": "/mine"}

    assert Interpreter("python3").environment(base) == base
