"""Which process runs what, when it starts, and when it ends."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import psutil
import pytest

from pulumi_functiongraph.emulator.invocations.outcome import Outcome, Result
from pulumi_functiongraph.emulator.workers import guard
from pulumi_functiongraph.emulator.workers import pool as pools
from pulumi_functiongraph.emulator.workers.job import Code
from unit.emulator.workers.jobs import GOOD, Pool, comes, ended, failed, inline, job, returned

PID = """
    import os
    def handler(event, context):
        return os.getpid()
"""


def test_a_process_serves_many_runs_of_the_same_code(shared: Pool) -> None:
    assert len({returned(shared.one(PID)) for _ in range(5)}) == 1


@pytest.mark.parametrize(
    "change", [{"user_data": {"A": "1"}}, {"memory_mib": 256}, {"version": "v2"}, {"timeout": 9}]
)
def test_other_settings_have_another_process(shared: Pool, change: dict[str, Any]) -> None:
    assert returned(shared.one(PID)) != returned(shared.one(PID, **change))


def test_initializer_runs_once_a_process(shared: Pool) -> None:
    source = """
        calls = []
        def initialise(context):
            calls.append(context.getFunctionName())
            print("initialised")
        def handler(event, context):
            return calls
    """
    code = inline(source, initializer="index.initialise")
    first, second = shared.one(code), shared.one(code)
    assert returned(first) == returned(second) == ["orders"]
    assert ["initialised" in first.log, "initialised" in second.log] == [True, False]


def test_runs_at_the_same_time_have_processes_of_their_own_up_to_the_most(own: Pool) -> None:
    source = """
        import os, time
        def handler(event, context):
            time.sleep(0.3)
            return os.getpid()
    """
    pids = [returned(each) for each in own.run(*(job(source) for _ in range(4)))]
    assert [pids.count(each) for each in set(pids)] == [2, 2]


def test_the_process_that_idled_longest_makes_room(own: Pool) -> None:
    def run(number: int) -> int:
        return int(returned(own.one(PID, user_data={"NUMBER": str(number)})))

    first, second = run(1), run(2)
    assert run(1) == first
    third = run(3)
    assert ended(second)
    assert [run(1), run(3)] == [first, third]
    assert run(2) != second


def test_an_idle_process_ends_after_a_while(own: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "IDLE_SECONDS", 0.01)
    pid = returned(own.one(PID))

    async def wait() -> None:
        assert await asyncio.to_thread(comes, lambda: not psutil.pid_exists(pid))

    own.runner.run(wait())
    assert returned(own.one(PID)) != pid


def test_a_process_that_died_idle_is_not_used_again(own: Pool) -> None:
    pid = returned(own.one(PID))
    os.kill(pid, signal.SIGKILL)
    psutil.Process(pid).wait(10)
    own.runner.run(asyncio.sleep(0))
    assert returned(own.one(PID)) != pid


def test_close_ends_every_process_and_removes_every_file(
    runner: asyncio.Runner, tmp_path: Path
) -> None:
    pool = Pool(runner, tmp_path)
    pids = [returned(pool.one(PID)), returned(pool.one(PID, memory_mib=256))]
    pool.close()
    assert [psutil.pid_exists(pid) for pid in pids] == [False, False]
    assert list(tmp_path.iterdir()) == []


def endless(note: Path) -> str:
    """Code that writes its process id to a file and sleeps."""
    return f"""
        import os, time
        def handler(event, context):
            with open({str(note)!r}, "w") as stream: stream.write(str(os.getpid()))
            time.sleep(1000)
    """


async def written(note: Path) -> None:
    assert await asyncio.to_thread(comes, lambda: note.exists() and note.read_text())


def test_close_ends_what_runs_and_what_waits_with_a_system_error(
    runner: asyncio.Runner, tmp_path: Path
) -> None:
    pool = Pool(runner, tmp_path, most=1)
    note = tmp_path / "note"

    async def scenario() -> list[Outcome]:
        both = [asyncio.create_task(pool.run_in_place(job(endless(note)))) for _ in range(2)]
        await written(note)
        await pool.workers.close()
        return [*await asyncio.gather(*both), await pool.run_in_place(job(GOOD))]

    outcomes = runner.run(scenario())
    assert [each.result for each in outcomes] == [Result.SYSTEM_ERROR] * 3
    assert list(tmp_path.iterdir()) == [note]


def test_a_cancelled_run_ends_its_process(own: Pool, tmp_path: Path) -> None:
    note = tmp_path / "note"

    async def scenario() -> None:
        run = asyncio.create_task(own.run_in_place(job(endless(note))))
        await written(note)
        run.cancel()
        await asyncio.wait([run])

    own.runner.run(scenario())
    assert returned(own.one(GOOD, 1)) == 1
    assert ended(int(note.read_text()))


def test_a_run_cancelled_while_its_process_starts_leaves_none(own: Pool) -> None:
    async def scenario() -> None:
        for _ in range(5):
            run = asyncio.create_task(own.run_in_place(job(GOOD)))
            await asyncio.sleep(0.002)
            run.cancel()
            await asyncio.wait([run])

    own.runner.run(scenario())
    assert returned(own.one(GOOD, 1)) == 1
    own.close()
    assert list(own.folder.iterdir()) == []


CLOUD = """
    import asyncio, pathlib, sys
    from pulumi_functiongraph.emulator.workers.pool import Workers
    from unit.emulator.workers.jobs import job

    source = '''
    import os, subprocess, sys, time
    def handler(event, context):
        child = subprocess.Popen(["sleep", "1000"], start_new_session=sys.platform == "linux")
        with open(event, "w") as note: note.write(f"{os.getpid()} {child.pid}")
        if event.endswith("busy"): time.sleep(1000)
    '''

    async def main(folder):
        workers = Workers(folder=folder)
        await workers.run(job(source, str(folder / "idle")))
        await workers.run(job(source, str(folder / "busy"), timeout=999))

    asyncio.run(main(pathlib.Path(sys.argv[1])))
"""


def test_kill_of_the_local_cloud_ends_workers_and_what_they_started(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(CLOUD), str(tmp_path)]
    local_cloud = subprocess.Popen(command, env=environment)
    notes = [tmp_path / "busy", tmp_path / "idle"]
    try:
        assert comes(lambda: all(each.exists() and each.read_text() for each in notes))
        pids = [int(pid) for each in notes for pid in each.read_text().split()]
    finally:
        local_cloud.kill()
        local_cloud.wait()
    assert [pid for pid in pids if not ended(pid)] == []
    assert comes(lambda: sorted(tmp_path.iterdir()) == notes)


def guards(folder: Path) -> list[psutil.Process]:
    lines = {each: " ".join(each.cmdline()) for each in psutil.Process().children()}
    return [each for each, line in lines.items() if "guard.py" in line and str(folder) in line]


def test_a_guard_that_was_ended_is_started_again(own: Pool) -> None:
    returned(own.one(GOOD))
    (first,) = guards(own.folder)
    first.kill()
    assert ended(first.pid)
    returned(own.one(GOOD, user_data={"A": "another process"}))
    (second,) = guards(own.folder)
    assert second.pid != first.pid


def test_a_runtime_that_is_not_python_is_a_system_error(shared: Pool) -> None:
    outcome = shared.one(Code("1", "index.handler", source="", runtime="Node.js18.15"))
    assert outcome.result is Result.SYSTEM_ERROR
    assert outcome.error == "the local cloud runs Python only, not 'Node.js18.15'"


def test_a_process_that_cannot_be_started_is_a_system_error(
    shared: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(shared.folder / "none"))
        outcome = shared.one(GOOD, user_data={"A": "fresh"})
    assert outcome.result is Result.SYSTEM_ERROR
    assert outcome.error.startswith("no process for the function could be started: No such file")
    assert returned(shared.one(GOOD, 1, user_data={"A": "fresh"})) == 1


def test_a_python_that_ends_before_the_code_is_loaded_is_a_system_error(
    shared: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = shared.folder / "broken"
    broken.write_text("#!/bin/sh\necho no library >&2\nexit 3\n")
    broken.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(broken))
    outcome = shared.one(GOOD, user_data={"A": "broken"})
    assert outcome.result is Result.SYSTEM_ERROR
    assert outcome.error == (
        "Python could not start: the process of the function ended with status 3"
    )
    assert "no library" in outcome.log


def test_a_folder_that_was_cleared_away_is_made_again(own: Pool) -> None:
    returned(own.one(GOOD))
    (cleared,) = own.folder.iterdir()
    guard.remove(cleared)

    assert returned(own.one(GOOD, 1, user_data={"A": "another process"})) == 1


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "No space left on device; make room on the disk"),
        (errno.EMFILE, "Too many open files; allow more open files (ulimit -n)"),
    ],
)
def test_what_the_system_refuses_is_told_with_what_to_do(
    shared: Pool, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(subprocess, "Popen", refuse)
    outcome = shared.one(GOOD, user_data={"A": told})
    assert outcome.result is Result.SYSTEM_ERROR
    assert outcome.error == f"no process for the function could be started: {told}"


def test_no_room_for_a_folder_is_a_system_error(runner: asyncio.Runner, tmp_path: Path) -> None:
    pool = Pool(runner, tmp_path / "none")
    outcome = pool.one(GOOD)
    pool.close()
    assert outcome.result is Result.SYSTEM_ERROR


def test_an_interpreter_that_does_not_come_up_is_a_system_error(
    shared: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_functiongraph.emulator.workers.worker.START_SECONDS", 0.0)
    assert shared.one(GOOD, user_data={"A": "slow"}).result is Result.SYSTEM_ERROR


@pytest.mark.parametrize("data", [{"A": "\0"}, {"A=B": "x"}, {"A": "\ud800"}])
def test_user_data_that_no_environment_holds_is_a_function_error(
    shared: Pool, data: dict[str, str]
) -> None:
    assert failed(shared.one(GOOD, user_data=data))["errorType"] == "BadCode"
