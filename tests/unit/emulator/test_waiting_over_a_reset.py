"""Orders and calls that wait for something while the local cloud is reset."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.clock import VIRTUAL_START, Clock, VirtualClock
from pulumi_functiongraph.emulator.invocations.outcome import RESET
from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.workers import pool
from unit.emulator.client import PROJECT, CloudClient, local_cloud

CODE = """\
import time

def handler(event, context):
    print("begun")
    time.sleep(60)
"""
SEED = Seed.model_validate(
    {
        "functions": [
            {"name": "coded", "code": CODE, "timeout": 90},
            {"name": "scripted", "timeout": 90, "behaviour": {"sleep_seconds": 60}},
        ]
    }
)


async def start(client: CloudClient) -> None:
    client.cloud.start()


def over_a_reset(
    client: CloudClient, *waiting: Coroutine[Any, Any, httpx.Response], before: float
) -> list[httpx.Response]:
    """What those are answered who wait when a reset comes after so many seconds."""

    async def both() -> list[httpx.Response]:
        tasks = [asyncio.create_task(each) for each in waiting]
        await asyncio.sleep(before)
        assert not any(each.done() for each in tasks)
        assert (await client._http.post("/_emulator/reset")).status_code == 200
        reset_at = time.monotonic()
        answers = await asyncio.wait_for(asyncio.gather(*tasks), 10)
        assert time.monotonic() - reset_at < 2
        return answers

    return client.run(both())


def invoke(client: CloudClient, name: str) -> Coroutine[Any, Any, httpx.Response]:
    return client.send("POST", f"/v2/{PROJECT}/fgs/functions/{name}/invocations", {})


def order(client: CloudClient, name: str, **fields: Any) -> Coroutine[Any, Any, httpx.Response]:
    return client._http.post(f"/_emulator/{name}", json=fields)


@pytest.mark.parametrize("before", [0.02, 0.05, 0.2, 1.0])
def test_who_waits_for_a_run_of_code_is_told_of_the_reset_whatever_it_was_at(
    monkeypatch: pytest.MonkeyPatch, before: float
) -> None:
    monkeypatch.setattr(pool, "MOST", 1)
    with local_cloud(seed=SEED, clock=Clock()) as client:
        client.run(start(client))
        called, ordered, waiting = over_a_reset(
            client,
            invoke(client, "coded"),
            order(client, "invoke", function="coded", **{"async": False}),
            invoke(client, "coded"),
            before=before,
        )

        assert (called.status_code, RESET in called.text) == (500, True), called.text
        assert (waiting.status_code, RESET in waiting.text) == (500, True), waiting.text
        assert ordered.json()["error"] == RESET
        assert client.control("GET", "journal")["lines"] == []


def test_a_call_of_a_function_that_a_reset_takes_away_is_told_of_the_reset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "MOST", 1)
    with local_cloud(seed=SEED, clock=Clock(), runs_code=True) as client:
        client.run(start(client))
        client.control("POST", "seed", {"functions": [{"name": "later", "code": CODE}]})
        answers = over_a_reset(client, invoke(client, "coded"), invoke(client, "later"), before=0.5)

    assert [RESET in each.text for each in answers] == [True, True]


@pytest.mark.parametrize("clock", [Clock, VirtualClock])
def test_a_script_that_sleeps_ends_with_a_reset_and_moves_no_time_after_it(
    clock: type[Clock],
) -> None:
    with local_cloud(seed=SEED, clock=clock()) as client:
        client.run(start(client))
        if clock is Clock:
            [answer] = over_a_reset(
                client,
                order(client, "invoke", function="scripted", **{"async": False}),
                before=0.1,
            )
        else:
            [answer] = over_a_reset(client, invoke(client, "scripted"), before=0.1)
            assert answer.status_code == 500
            assert client.control("GET", "clock")["now"] == VIRTUAL_START.isoformat()

    assert RESET in answer.text


def test_who_waits_for_a_notification_or_a_request_is_told_of_the_reset_at_once() -> None:
    with local_cloud(seed=SEED, clock=Clock()) as client:
        client.run(start(client))
        assert client.invoke_async("scripted").status_code == 202
        answers = over_a_reset(
            client,
            order(client, "expect", timeout_seconds=30),
            order(client, "invoke", function="scripted", wait_seconds=30),
            before=0.2,
        )

    for answer in answers:
        assert answer.status_code == 409
        assert "the local cloud was reset meanwhile" in answer.text


@pytest.mark.parametrize("name", ["expect", "invoke"])
def test_on_a_virtual_clock_too(name: str) -> None:
    fields = {"function": "coded", "wait_seconds": 30} if name == "invoke" else {}
    with local_cloud(seed=SEED, clock=VirtualClock()) as client:
        client.run(start(client))
        assert client.invoke_async("coded").status_code == 202
        [answer] = over_a_reset(client, order(client, name, **fields), before=0.5)

    assert answer.status_code == 409
    assert "the local cloud was reset meanwhile" in answer.text


def test_a_reset_that_is_refused_ends_no_wait(tmp_path: Path) -> None:
    with local_cloud(seed=SEED, clock=Clock(), directory=tmp_path) as client:
        client.run(start(client))
        assert client.invoke_async("scripted").status_code == 202
        writer = client.cloud.store._writer

        async def both() -> httpx.Response:
            waiting = asyncio.create_task(order(client, "expect", timeout_seconds=2))
            await asyncio.sleep(0.1)
            writer.execute("PRAGMA query_only = ON")
            assert (await client._http.post("/_emulator/reset")).status_code == 500
            writer.execute("PRAGMA query_only = OFF")
            await asyncio.sleep(0.1)
            assert not waiting.done()
            return await waiting

        answer = client.run(both())

    assert (answer.status_code, answer.json()["arrived"]) == (200, None)
