import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from language_host.dependencies import install_commands, installed
from language_host.interpreter import Interpreter, NoInterpreterError
from unit.engine.fakes import environment, make_executable


def commands(tmp_path: Path, options: dict[str, object], *, program: str = ".") -> list[list[str]]:
    make_executable(tmp_path / "bin" / "python3", "exit 0")
    return install_commands(
        options,
        root=tmp_path,
        program=tmp_path / program,
        environment={"PATH": str(tmp_path / "bin")},
    )


def test_installed_distributions_are_those_of_the_asked_python() -> None:
    everything = dict(installed(Interpreter(sys.executable), environment={}, transitive=True))

    assert everything["pulumi"] == version("pulumi")
    assert list(everything) == sorted(everything)


def test_distributions_that_others_require_are_left_out_when_asked() -> None:
    direct = dict(installed(Interpreter(sys.executable), environment={}, transitive=False))

    assert "pulumi-functiongraph" in direct
    assert "pulumi" not in direct


def test_requirements_go_into_the_virtualenv_which_is_made_first(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()

    assert commands(tmp_path, {"virtualenv": "env"}) == [
        [str(tmp_path / "bin" / "python3"), "-m", "venv", str(tmp_path / "env")],
        [str(tmp_path / "env" / "bin" / "python"), "-m", "pip", "install", "-r",
         str(tmp_path / "requirements.txt")],
    ]  # fmt: skip


def test_existing_virtualenv_is_not_made_again(tmp_path: Path) -> None:
    make_executable(tmp_path / "env" / "bin" / "python", "exit 0")

    assert commands(tmp_path, {"virtualenv": "env"}) == []


def test_requirements_without_a_virtualenv_go_where_the_program_runs(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()

    (command,) = commands(tmp_path, {})

    assert command[0] == str(tmp_path / "bin" / "python3")


def test_requirements_of_the_program_come_before_those_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "requirements.txt").touch()

    (command,) = commands(tmp_path, {}, program="deep")

    assert command[-1] == str(tmp_path / "deep" / "requirements.txt")


def test_project_of_uv_is_synchronised(tmp_path: Path) -> None:
    uv = make_executable(tmp_path / "bin" / "uv", "exit 0")
    (tmp_path / "pyproject.toml").touch()

    assert commands(tmp_path, {"toolchain": "uv"}) == [[str(uv), "sync"]]


def test_requirements_with_toolchain_uv_are_installed_by_uv(tmp_path: Path) -> None:
    uv = str(make_executable(tmp_path / "bin" / "uv", "exit 0"))
    (tmp_path / "requirements.txt").touch()

    assert commands(tmp_path, {"toolchain": "uv"}) == [
        [uv, "venv", str(tmp_path / ".venv")],
        [uv, "pip", "install", "--python", str(tmp_path / ".venv" / "bin" / "python"), "-r",
         str(tmp_path / "requirements.txt")],
    ]  # fmt: skip


def test_missing_uv_is_told_with_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NoInterpreterError, match="`uv` is not on PATH"):
        install_commands(
            {"toolchain": "uv"}, root=tmp_path, program=tmp_path, environment={"PATH": "/nowhere"}
        )


def test_path_of_the_system_is_searched_for_uv(tmp_path: Path) -> None:
    make_executable(tmp_path / "uv", "exit 0")
    (tmp_path / "pyproject.toml").touch()

    found = install_commands(
        {"toolchain": "UV"}, root=tmp_path, program=tmp_path, environment=environment(tmp_path)
    )

    assert found == [[str(tmp_path / "uv"), "sync"]]
