import threading
from pathlib import Path

import pytest

from language_host.children import Children, output_of
from unit.engine.fakes import environment, make_executable


def test_output_comes_by_channel_until_the_child_has_ended(tmp_path: Path) -> None:
    command = make_executable(tmp_path / "child", "echo out; echo err >&2")

    with Children().running(
        [str(command)], cwd=tmp_path, environment=environment(), piped=True
    ) as process:
        blocks = list(output_of(process))

    assert sorted(blocks) == [("stderr", b"err\n"), ("stdout", b"out\n")]


def test_child_is_ended_with_its_block(tmp_path: Path) -> None:
    command = make_executable(tmp_path / "child", "exec sleep 60")

    with Children().running(
        [str(command)], cwd=tmp_path, environment=environment(), piped=False
    ) as process:
        assert process.poll() is None

    assert process.returncode == -15


def test_stubborn_child_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("language_host.children._GRACE", 0.1)
    command = make_executable(
        tmp_path / "child", "trap '' TERM; echo ready; while :; do sleep 1; done"
    )

    with Children().running(
        [str(command)], cwd=tmp_path, environment=environment(), piped=True
    ) as process:
        blocks = output_of(process)
        assert next(blocks) == ("stdout", b"ready\n")

    assert process.returncode == -9


def test_end_all_ends_every_child_and_starts_no_more(tmp_path: Path) -> None:
    command = make_executable(tmp_path / "child", "exec sleep 60")
    children = Children()
    codes: list[int] = []
    started = threading.Barrier(3)

    def run() -> None:
        with children.running(
            [str(command)], cwd=tmp_path, environment=environment(), piped=False
        ) as process:
            started.wait(10)
            codes.append(process.wait())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    started.wait(10)
    children.end_all()
    for thread in threads:
        thread.join(10)

    assert codes == [-15, -15]
    with (
        pytest.raises(RuntimeError, match="shutting down"),
        children.running([str(command)], cwd=tmp_path, environment=environment(), piped=False),
    ):
        pytest.fail("a child was started")


def test_output_of_a_child_without_pipes_is_refused(tmp_path: Path) -> None:
    command = make_executable(tmp_path / "child", "exit 0")

    with (
        Children().running(
            [str(command)], cwd=tmp_path, environment=environment(), piped=False
        ) as process,
        pytest.raises(ValueError, match="without pipes"),
    ):
        list(output_of(process))
