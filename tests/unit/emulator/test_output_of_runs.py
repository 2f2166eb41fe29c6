"""What a run has printed, however it ends."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.testing import transcript
from unit.emulator.client import CloudClient, local_cloud

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
