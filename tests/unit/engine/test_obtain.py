import subprocess
import sys
from pathlib import Path

from unit.engine.fakes import environment, make_executable, make_pulumi

OBTAIN = Path(__file__).parents[3] / "engine" / "obtain.py"


def obtain(folder: Path, settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, OBTAIN, folder / "checkout"],
        env=settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_pulumi_command_comes_before_path_and_the_new_path_is_printed(tmp_path: Path) -> None:
    for folder in ("chosen", "bin"):
        make_pulumi(tmp_path / folder / "pulumi", "v3.260.0")
        make_executable(tmp_path / folder / "pulumi-language-python", "exit 0")
        make_executable(tmp_path / folder / "pulumi-resource-pulumi-python", "exit 0")
    settings = environment(tmp_path / "bin")

    chosen = obtain(tmp_path, {**settings, "PULUMI_COMMAND": str(tmp_path / "bin" / "pulumi")})

    assert chosen.returncode == 0
    assert chosen.stdout == f"{settings['PATH']}\n"
    assert "Pulumi 3.260.0 (PULUMI_COMMAND)" in chosen.stderr


def test_without_any_engine_every_reason_is_told(tmp_path: Path) -> None:
    make_pulumi(tmp_path / "bin" / "pulumi", "v3.100.0")
    go = 'if [ "$1" = env ]; then echo go1.26.8; exit; fi; echo "403 Forbidden" >&2; exit 1'
    make_executable(tmp_path / "bin" / "go", go)
    home = {"HOME": str(tmp_path / "home")}

    answer = obtain(tmp_path, {**environment(tmp_path / "bin"), **home})

    assert answer.returncode == 1
    assert answer.stdout == ""
    for reason in (
        "PULUMI_COMMAND: not set",
        "is version 3.100.0, and at least 3.259.0 is needed",
        "the cache: nothing yet",
        "a build with Go: ",
        "scripts/test --no-engine",
    ):
        assert reason in answer.stderr
