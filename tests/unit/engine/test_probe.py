from pathlib import Path

import pytest
from semver import VersionInfo

from sources.probe import Unusable, version_of
from unit.engine.fakes import environment, make_executable, make_pulumi


def ask(executable: Path, *, timeout: float = 10) -> VersionInfo | Unusable:
    return version_of(executable, floor="3.259.0", environment=environment(), timeout=timeout)


@pytest.mark.parametrize("version", ["v3.259.0", "3.259.0", "v3.260.1", "v4.0.0-alpha.1"])
def test_version_at_or_above_the_floor_is_taken(tmp_path: Path, version: str) -> None:
    answer = ask(make_pulumi(tmp_path / "pulumi", version))

    assert str(answer) == version.removeprefix("v")


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("", "has no version"),
        ("v3.258.9", "is version 3.258.9, and at least 3.259.0 is needed"),
        ("v3.259.0-alpha.1", "at least 3.259.0 is needed"),
        ("three", "a version that is none: 'three'"),
    ],
)
def test_other_versions_are_refused_with_the_reason(
    tmp_path: Path, version: str, reason: str
) -> None:
    answer = ask(make_pulumi(tmp_path / "pulumi", version))

    assert isinstance(answer, Unusable)
    assert reason in answer.reason


def test_cli_that_fails_is_quoted(tmp_path: Path) -> None:
    executable = make_executable(tmp_path / "pulumi", "echo no such luck >&2; exit 3")

    assert ask(executable) == Unusable(
        f"`{executable} version` ended with exit code 3 and said: no such luck"
    )


def test_cli_that_fails_silently_is_told_by_its_exit_code(tmp_path: Path) -> None:
    executable = make_executable(tmp_path / "pulumi", "exit 4")

    assert ask(executable) == Unusable(f"`{executable} version` ended with exit code 4")


def test_cli_that_hangs_is_given_up_on(tmp_path: Path) -> None:
    answer = ask(make_executable(tmp_path / "pulumi", "exec sleep 60"), timeout=0.2)

    assert isinstance(answer, Unusable)
    assert "did not tell its version within 0.2 s" in answer.reason


def test_file_that_is_no_program_is_refused(tmp_path: Path) -> None:
    executable = tmp_path / "pulumi"
    executable.write_bytes(b"\x7fELF nonsense")
    executable.chmod(0o755)

    answer = ask(executable)

    assert isinstance(answer, Unusable)
    assert "cannot be run: Exec format error" in answer.reason


def test_home_of_the_user_is_not_touched(tmp_path: Path) -> None:
    executable = make_executable(tmp_path / "pulumi", 'touch "$PULUMI_HOME/seen"; echo v3.259.0')

    answer = version_of(
        executable,
        floor="3.259.0",
        environment=environment(PULUMI_HOME=str(tmp_path)),
    )

    assert isinstance(answer, VersionInfo)
    assert not (tmp_path / "seen").exists()
