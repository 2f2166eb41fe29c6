"""The guard: what is left of a local cloud is ended and removed."""

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.workers import guard


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "1000"], start_new_session=True)


def test_groups_that_were_not_ended_are_killed_and_the_folder_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "b").write_text("x")
    (folder / "link").symlink_to(tmp_path)
    (folder / "a").chmod(0)
    with sleeper() as left, sleeper() as known:
        guard.watch([f"+{left.pid}\n", f"+{known.pid}\n", f"-{known.pid}\n"], folder)
        assert left.wait(10) != 0
        assert known.poll() is None
        known.kill()
    assert list(tmp_path.iterdir()) == []


def test_a_group_that_is_gone_can_be_killed() -> None:
    with sleeper() as process:
        process.kill()
    guard.kill(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_has_left_its_group_is_found_by_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    environment = {"RUNTIME_CODE_ROOT": str(folder / "one" / "code"), "PATH": "/bin:/usr/bin"}
    other = {**environment, "RUNTIME_CODE_ROOT": str(tmp_path / "folder2" / "code")}
    with (
        subprocess.Popen(["sleep", "1000"], env=environment, start_new_session=True) as left,
        subprocess.Popen(["sleep", "1000"], env=other, start_new_session=True) as known,
    ):
        try:
            guard.watch([], folder)
            assert left.wait(10) != 0
            assert known.poll() is None
        finally:
            left.kill()
            known.kill()
