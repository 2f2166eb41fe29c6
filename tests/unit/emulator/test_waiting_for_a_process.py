"""Requests whose functions run in a process, while no process is free for them."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.clock import Clock, VirtualClock
from pulumi_functiongraph.emulator.invocations import dispatcher, queue, waiting
from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.state.store import FILE_NAME
from pulumi_functiongraph.emulator.workers import pool
from unit.emulator.client import PROJECT, CloudClient, local_cloud

CODE = """\
import pathlib, time

def handler(event, context):
    while not pathlib.Path(event).exists():
        time.sleep(0.01)
    return "done"
"""
"""Ends as soon as the file is there that its event names."""

SEED = Seed.model_validate(
    {
        "functions": [
            {"name": "slow", "code": CODE, "timeout": 60},
            {
                "name": "short",
                "code": CODE,
                "timeout": 60,
                "async_configs": {"latest": {"max_async_event_age_in_seconds": 1}},
            },
            {"name": "scripted", "behaviour": {"returns": 1}},
            {"name": "replaced", "code": CODE, "behaviour": {"returns": 1}},
        ]
    }
)


@dataclass(frozen=True)
class OneProcess:
    """A local cloud with room for one process, whose functions run until they are let go."""

    client: CloudClient
    folder: Path

    def accept(self, name: str, until: str = "all") -> str:
        answer = self.client.invoke_async(name, str(self.folder / until))
        return str(answer.json()["request_id"])

    def fill(self) -> str:
        """Let a request have the process."""
        first = self.accept("slow", "first")
        self.until(lambda: self.status(first) == "RUNNING")
        return first

    def let_go(self, until: str = "all") -> datetime:
        (self.folder / until).touch()
        return self.client.cloud.clock.now()

    def request(self, identifier: str) -> Any:
        [found] = self.client.control("GET", f"invocations?request_id={identifier}")["invocations"]
        return found

    def status(self, identifier: str) -> str:
        return str(self.request(identifier)["status"])

    def statuses(self, identifiers: list[str]) -> set[str]:
        return {self.status(each) for each in identifiers}

    def waits(self, identifier: str) -> bool:
        """Whether it was looked at, and found no process."""
        return self.client.cloud.store.read(
            lambda c: waiting.since(c, queue.find_by_id(c, identifier).number) is not None
        )

    def listed(self, status: str) -> set[str]:
        """Of one function, as the API lists them."""
        answer = self.client.functions("GET", f"/slow/async-invocations?status={status}")
        return {each["request_id"] for each in answer.json()["invocations"]}

    def steps(self, identifier: str) -> list[str]:
        lines = self.client.control("GET", f"journal?request_id={identifier}")["lines"]
        return [line["step"] for line in lines]

    def until(self, is_so: Callable[[], object]) -> None:
        end = time.monotonic() + 20
        while not is_so():
            assert time.monotonic() < end
            self.client.run(asyncio.sleep(0.01))

    async def run_now(self, name: str, until: str) -> httpx.Response:
        """A run whose caller waits for the answer."""
        path = f"/v2/{PROJECT}/fgs/functions/{name}/invocations"
        return await self.client.send("POST", path, str(self.folder / until))


@contextmanager
def one_process(
    folder: Path, clock: Clock | None = None, *, directory: Path | None = None
) -> Iterator[OneProcess]:
    with local_cloud(seed=SEED, clock=clock or Clock(), directory=directory) as client:
        client.run(_start(client))
        yield OneProcess(client, folder)


async def _start(client: CloudClient) -> None:
    client.cloud.start()


@pytest.fixture(autouse=True)
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST", 1)
    monkeypatch.setattr(dispatcher, "AT_ONCE", 2)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[OneProcess]:
    with one_process(tmp_path) as made:
        yield made


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_request_that_waits_is_not_running_and_starts_when_a_process_is_free(
    cloud: OneProcess,
) -> None:
    first = cloud.fill()
    others = [cloud.accept("slow") for _ in range(3)]
    cloud.until(lambda: cloud.waits(others[0]))
    quick = [cloud.accept(each) for each in ("scripted", "replaced") * 3]
    cloud.until(lambda: cloud.statuses(quick) == {"SUCCESS"})

    assert (cloud.listed("RUNNING"), cloud.listed("WAIT")) == ({first}, set(others))
    assert cloud.statuses(others) == {"WAIT"}
    waiting = cloud.request(others[0])
    assert (waiting["started_at"], waiting["waits_for_process"]) == (None, True)
    assert not cloud.request(first)["waits_for_process"]
    assert time_of(waiting["due"]) - time_of(waiting["accepted_at"]) < timedelta(seconds=5)

    cloud.let_go()
    freed = cloud.let_go("first")
    cloud.until(lambda: cloud.statuses(others) == {"SUCCESS"})
    started = [time_of(cloud.request(each)["started_at"]) for each in others]
    assert freed <= started[0] < started[1] < started[2]
    assert cloud.steps(others[0]) == ["accepted", "ran", "finished"]


@pytest.mark.parametrize("how", ["", "force", "recursive"])
def test_a_request_that_waits_is_cancelled_at_once(cloud: OneProcess, how: str) -> None:
    cloud.fill()
    waiting = cloud.accept("slow")
    cloud.until(lambda: cloud.waits(waiting))
    cloud.client.functions("POST", "/slow/cancel", {"request_id": waiting, "type": how})

    cloud.until(lambda: cloud.status(waiting) == "FAIL")
    assert cloud.steps(waiting) == ["accepted", "cancelled", "finished"]


def test_a_request_that_waits_is_discarded_at_the_end_of_its_validity(cloud: OneProcess) -> None:
    cloud.fill()
    late = cloud.accept("short")
    cloud.until(lambda: cloud.status(late) == "DISCARD")

    found = cloud.request(late)
    lasted = time_of(found["finished_at"]) - time_of(found["accepted_at"])
    assert (found["condition"], found["attempts"]) == ("expired", 0)
    assert timedelta(seconds=1) <= lasted < timedelta(seconds=5)


@pytest.mark.parametrize("clock", [Clock, VirtualClock])
def test_a_request_that_waited_when_the_cloud_stopped_runs_after_its_next_start(
    tmp_path: Path, clock: type[Clock]
) -> None:
    with one_process(tmp_path, directory=tmp_path / "state") as cloud:
        first, waiting = cloud.fill(), cloud.accept("slow")
        cloud.until(lambda: cloud.waits(waiting))
    cloud.let_go()
    cloud.let_go("first")
    with one_process(tmp_path, clock(), directory=tmp_path / "state") as cloud:
        if cloud.client.cloud.clock.is_virtual:
            cloud.client.control("POST", "clock", {"idle": True})
        cloud.until(lambda: cloud.statuses([first, waiting]) == {"SUCCESS"})


@pytest.mark.parametrize("table", ["inv_waiting", "inv_requests"])
def test_a_row_that_was_removed_by_hand_holds_nobody_up(tmp_path: Path, table: str) -> None:
    with one_process(tmp_path, directory=tmp_path / "state") as cloud:
        first = cloud.fill()
        removed, other = cloud.accept("slow"), cloud.accept("slow")
        cloud.until(lambda: cloud.waits(removed) and cloud.waits(other))
    with closing(sqlite3.connect(tmp_path / "state" / FILE_NAME)) as state, state:
        of_request = "number = (SELECT number FROM inv_requests WHERE id = ?)"
        state.execute(f"DELETE FROM {table} WHERE {of_request}", (removed,))
    cloud.let_go()
    cloud.let_go("first")
    with one_process(tmp_path, directory=tmp_path / "state") as cloud:
        there = [first, other] if table == "inv_requests" else [first, removed, other]
        cloud.until(lambda: cloud.statuses(there) == {"SUCCESS"})
        assert cloud.client.cloud.store.read(waiting.is_empty)


def test_a_request_that_waits_follows_a_script_that_its_function_is_told(cloud: OneProcess) -> None:
    first = cloud.fill()
    waits = [cloud.accept("slow") for _ in range(2)]
    cloud.until(lambda: cloud.waits(waits[1]))
    other = cloud.accept("short")
    cloud.until(lambda: cloud.waits(other))
    cloud.client.control("POST", "script", {"function": "slow", "returns": 1})

    cloud.until(lambda: cloud.statuses(waits) == {"SUCCESS"})
    assert cloud.status(first) == "RUNNING"
    assert cloud.waits(other)
    assert cloud.steps(waits[0]) == ["accepted", "ran", "finished"]


def test_a_synchronous_call_comes_before_requests_and_its_wait_is_no_part_of_its_run(
    cloud: OneProcess,
) -> None:
    cloud.fill()
    request = cloud.accept("slow", "request")
    cloud.until(lambda: cloud.waits(request))

    async def run_and_let_go() -> httpx.Response:
        run = asyncio.create_task(cloud.run_now("slow", "answer"))
        await asyncio.sleep(0.5)
        cloud.let_go("answer")
        cloud.let_go("first")
        return await run

    answer = cloud.client.run(run_and_let_go())
    assert (answer.status_code, answer.json()) == (200, "done")
    assert json.loads(answer.headers["x-cff-invoke-summary"])["duration"] < 450
    cloud.until(lambda: cloud.status(request) == "RUNNING")


def test_a_synchronous_call_of_a_function_that_goes_while_it_waits_is_told_so(
    cloud: OneProcess,
) -> None:
    cloud.fill()

    async def run_and_delete() -> httpx.Response:
        run = asyncio.create_task(cloud.run_now("short", "all"))
        await asyncio.sleep(0.2)
        path = f"/v2/{PROJECT}/fgs/functions/short"
        assert (await cloud.client.send("DELETE", path)).status_code == 204
        cloud.let_go("first")
        return await run

    answer = cloud.client.run(run_and_delete())
    assert answer.status_code == 500
    assert "short lost its code before it could run" in answer.text


@pytest.mark.parametrize("clock", [Clock, VirtualClock])
def test_who_moves_the_time_until_all_is_done_waits_for_a_process_too(
    tmp_path: Path, clock: type[Clock]
) -> None:
    with one_process(tmp_path, clock()) as cloud:

        async def fill_and_be_idle() -> None:
            run = asyncio.create_task(cloud.run_now("slow", "answer"))
            await asyncio.sleep(0.3)
            path = f"/v2/{PROJECT}/fgs/functions/slow/invocations-async"
            answer = await cloud.client.send("POST", path, str(tmp_path / "all"))
            accepted.append(answer.json()["request_id"])
            idle = asyncio.create_task(cloud.client.cloud.dispatcher.run_until_idle())
            await asyncio.sleep(0.3)
            assert not idle.done()
            cloud.let_go("answer")
            await asyncio.gather(run, idle)

        cloud.let_go()
        accepted: list[str] = []
        cloud.client.run(fill_and_be_idle())
        assert cloud.statuses(accepted) == {"SUCCESS"}
