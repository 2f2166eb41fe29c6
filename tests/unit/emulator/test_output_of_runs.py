"""What a run has printed, however it ends."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from pulumi_functiongraph.emulator.clock import VIRTUAL_START, Clock, VirtualClock
from pulumi_functiongraph.emulator.invocations.outcome import STOPPING
from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.testing import transcript
from unit.emulator.client import PROJECT, CloudClient, local_cloud
from unit.emulator.workers.jobs import comes

CODE = """\
import pathlib, time

def handler(event, context):
    print("first line")
    print("half a line", end="")
    pathlib.Path(event).touch()
    time.sleep(1000)
"""
PRINTED = ["first line", "half a line"]
SEED = Seed.model_validate({"functions": [{"name": "slow", "code": CODE, "timeout": 600}]})


@contextmanager
def started_cloud(directory: Path | None = None) -> Iterator[CloudClient]:
    """A local cloud on a real clock."""
    with local_cloud(seed=SEED, clock=Clock(), directory=directory) as client:

        async def start() -> None:
            client.cloud.start()

        client.run(start())
        yield client


def run_until_printed(client: CloudClient, note: Path) -> str:
    identifier: str = client.invoke_async("slow", str(note)).json()["request_id"]
    until(client, note.exists)
    return identifier


def until(client: CloudClient, is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        client.run(asyncio.sleep(0.01))


def lines_of(client: CloudClient, **chosen: str) -> list[Any]:
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return list(client.control("GET", f"journal?{query}")["lines"])


def output(log: str) -> list[str]:
    return [line for line in log.splitlines() if "invoke request '" not in line]


def test_what_a_run_printed_that_is_ended_by_force_is_kept(tmp_path: Path) -> None:
    with started_cloud() as client:
        identifier = run_until_printed(client, tmp_path / "note")
        client.functions("POST", "/slow/cancel", {"request_id": identifier, "type": "force"})
        [line] = lines_of(client, step="cut_off")
        [request] = client.control("GET", "invocations")["invocations"]

    assert output(line["detail"]["log"]) == output(request["log"]) == PRINTED
    assert (
        request["log"]
        .splitlines()[0]
        .endswith(f"Start invoke request '{identifier}', version: latest")
    )
    assert request["accepted_at"] <= request["started_at"] <= line["time"]
    assert transcript.printed(line)[1:] == ["    | first line", "    | half a line"]


def test_what_a_run_printed_when_the_cloud_stops_is_kept(tmp_path: Path) -> None:
    with started_cloud(tmp_path / "state") as client:
        run_until_printed(client, tmp_path / "note")
    with local_cloud(directory=tmp_path / "state", clock=Clock()) as client:
        [line] = lines_of(client, step="cut_off")

    assert output(line["detail"]["log"]) == PRINTED


def line_of_the_only_run(client: CloudClient) -> Any:
    [line] = lines_of(client)
    assert client.control("GET", "invocations")["invocations"] == []
    assert client.functions("GET", "/slow/async-invocations").json()["count"] == 0
    return line


def test_a_run_whose_caller_waits_is_told_with_what_it_printed() -> None:
    code = "def handler(event, context):\n    print('seen', event)\n    return 1 / event"
    seed = Seed.model_validate({"functions": [{"name": "slow", "code": code}]})
    with local_cloud(seed=seed, clock=VirtualClock()) as client:
        answer = client.invoke("slow", 1)
        line = line_of_the_only_run(client)

        assert line["request_id"] == answer.headers["x-cff-request-id"]
        assert (line["step"], line["function_urn"]) == ("answered", client.urn("slow"))
        assert output(line["detail"]["log"]) == ["seen 1"]
        assert line["detail"]["result"] == "success"
        assert line["detail"]["milliseconds"] > 0
        assert transcript.line_text(line).split()[2:5] == ["slow", "answered", "result=success"]

        order = {"function": "slow", "payload": 0, "async": False}
        failed = client.control("POST", "invoke", order)
        [line] = lines_of(client, request_id=failed["request_id"])
        assert line["detail"]["error"] == "ZeroDivisionError: division by zero"
        assert output(line["detail"]["log"])[0] == "seen 0"


def test_a_script_that_a_caller_waits_for_is_told_at_its_end() -> None:
    behaviour = {"sleep_seconds": 2, "system_error": True}
    seed = Seed.model_validate({"functions": [{"name": "slow", "behaviour": behaviour}]})
    with local_cloud(seed=seed, clock=VirtualClock()) as client:
        client.control("POST", "invoke", {"function": "slow", "async": False})
        line = line_of_the_only_run(client)

    assert (line["detail"]["result"], line["detail"]["milliseconds"]) == ("system_error", 2000)
    assert line["time"] == (VIRTUAL_START + timedelta(seconds=2)).isoformat()


def test_what_a_run_printed_whose_caller_waits_when_the_cloud_stops_is_kept(
    tmp_path: Path,
) -> None:
    note = tmp_path / "note"
    with started_cloud() as client:

        async def stop() -> Any:
            path = f"/v2/{PROJECT}/fgs/functions/slow/invocations"
            run = asyncio.create_task(client.send("POST", path, str(note)))
            assert await asyncio.to_thread(comes, note.exists)
            run.cancel()
            return await run

        answer = client.run(stop())
        line = line_of_the_only_run(client)

    assert answer.status_code == 500
    assert line["detail"]["error"] == STOPPING
    assert output(line["detail"]["log"]) == PRINTED
