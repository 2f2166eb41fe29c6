from pathlib import Path

from sources import on_path
from sources.answer import Engine, PassedOver
from unit.engine.fakes import environment, make_executable, make_pulumi

FLOOR = "3.259.0"


def test_first_pulumi_on_path_is_taken(tmp_path: Path) -> None:
    first = make_pulumi(tmp_path / "a" / "pulumi", "v3.260.0")
    make_pulumi(tmp_path / "b" / "pulumi")

    answer = on_path.from_path(environment(tmp_path / "a", tmp_path / "b"), floor=FLOOR)

    assert answer == Engine(first, "3.260.0", "pulumi on PATH")


def test_pulumi_on_path_that_is_too_old_is_passed_over_with_its_version(tmp_path: Path) -> None:
    make_pulumi(tmp_path / "pulumi", "v3.100.0")

    answer = on_path.from_path(environment(tmp_path), floor=FLOOR)

    assert isinstance(answer, PassedOver)
    assert "is version 3.100.0" in str(answer)


def test_no_pulumi_on_path_is_told(tmp_path: Path) -> None:
    answer = on_path.from_path({"PATH": str(tmp_path)}, floor=FLOOR)

    assert answer == PassedOver("pulumi on PATH", "there is no executable pulumi")


def test_pulumi_command_may_be_a_path(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / "elsewhere" / "pulumi-next", "v3.261.0")

    answer = on_path.from_command(environment(PULUMI_COMMAND=str(executable)), floor=FLOOR)

    assert answer == Engine(executable, "3.261.0", "PULUMI_COMMAND")


def test_pulumi_command_may_be_a_name_on_path(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / "pulumi-next")

    answer = on_path.from_command(environment(tmp_path, PULUMI_COMMAND="pulumi-next"), floor=FLOOR)

    assert answer == Engine(executable, "3.259.0", "PULUMI_COMMAND")


def test_pulumi_command_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    answer = on_path.from_command(environment(PULUMI_COMMAND=str(tmp_path / "none")), floor=FLOOR)

    assert answer == PassedOver("PULUMI_COMMAND", f"there is no executable {tmp_path / 'none'}")


def test_unset_and_empty_pulumi_command_are_the_same() -> None:
    unset = on_path.from_command(environment(), floor=FLOOR)

    assert unset == PassedOver("PULUMI_COMMAND", "not set")
    assert on_path.from_command(environment(PULUMI_COMMAND=""), floor=FLOOR) == unset


def test_cli_that_hangs_is_passed_over(tmp_path: Path) -> None:
    make_executable(tmp_path / "pulumi", "exec sleep 60")

    answer = on_path.from_path(environment(tmp_path), floor=FLOOR, timeout=0.2)

    assert isinstance(answer, PassedOver)
    assert "within 0.2 s" in answer.reason
