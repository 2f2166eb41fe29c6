"""The guard: what is left of a local cloud is ended and removed."""

import subprocess
from pathlib import Path

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
