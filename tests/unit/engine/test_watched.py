import os
import time
from pathlib import Path

from sources.watched import run
from unit.engine.fakes import environment, make_executable


def test_success_gives_every_line_as_it_comes(tmp_path: Path) -> None:
    command = make_executable(tmp_path / "command", "echo one; echo two >&2")
    lines: list[str] = []

    outcome = run(
        [str(command)], folder=tmp_path, environment=environment(), timeout=10, on_line=lines.append
    )

    assert outcome.is_success
    assert lines == ["one", "two"]


def test_failure_tells_the_exit_code_and_the_last_lines(tmp_path: Path) -> None:
    command = make_executable(tmp_path / "command", "seq 1 100; exit 9")

    outcome = run([str(command)], folder=tmp_path, environment=environment(), timeout=10)

    assert outcome.exit_code == 9
    assert "ended with exit code 9" in str(outcome)
    assert outcome.last_lines[-1] == "100"
    assert "89" in str(outcome)
    assert "88" not in str(outcome)


def test_failure_without_a_word_says_so(tmp_path: Path) -> None:
    command = make_executable(tmp_path / "command", "exit 2")

    outcome = run([str(command)], folder=tmp_path, environment=environment(), timeout=10)

    assert str(outcome).endswith("without a word")


def test_command_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    command = make_executable(tmp_path / "command", f"sleep 60 & echo $! >{child}; wait")

    outcome = run([str(command)], folder=tmp_path, environment=environment(), timeout=0.5)

    assert outcome.exit_code is None
    assert "was ended after" in str(outcome)
    pid = int(child.read_text(encoding="utf-8"))
    status = Path(f"/proc/{pid}/stat")
    end = time.monotonic() + 10
    while is_alive(status):  # a killed process takes a moment to go
        assert time.monotonic() < end
        time.sleep(0.01)


def is_alive(status: Path) -> bool:
    try:
        return status.read_text(encoding="utf-8").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_long_command_gives_signs_of_life(tmp_path: Path) -> None:
    fifo = tmp_path / "go-on"
    os.mkfifo(fifo)
    command = make_executable(tmp_path / "command", f"read line <{fifo}")
    seen: list[float] = []

    def sign(seconds: float) -> None:
        seen.append(seconds)
        if len(seen) == 2:
            fifo.write_text("go on\n", encoding="utf-8")

    outcome = run(
        [str(command)],
        folder=tmp_path,
        environment=environment(),
        timeout=30,
        sign_of_life=sign,
        every=0.05,
    )

    assert outcome.is_success
    assert len(seen) >= 2
    assert seen == sorted(seen)
