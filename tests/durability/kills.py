"""Asynchronous requests by HTTP to a local cloud that is killed again and again.

Sixteen clients invoke functions that succeed, succeed at their second run, or fail for good, and
tell it to targets of all four kinds. A request counts as acknowledged with its 202, and as
delivered when its target holds the event that its function must cause, as read from the folder.
"""

import asyncio
import base64
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from durability.total_queue import Counts, count
from pulumi_functiongraph.emulator.process import Emulator
from unit.emulator.process_client import Client

PROJECT = "0123456789abcdef0123456789abcdef"
CLIENTS = 16
JITTER = 0.1
"""Seconds that a process lives at most after the acknowledgement that is its last."""
LIFE = 10.0
"""Seconds that it lives at most if so many are not acknowledged."""
DRAIN = 120.0
"""Seconds within which all must be over when nobody kills any more."""
EVERY = 3
"""Of so many calls of a target one fails, where targets fail."""
FAULTS = 960
"""That are set at a time, of the thousand that the local cloud takes."""

TARGETS: dict[str, dict[str, Any]] = {
    "SMN": {"topic_urn": f"urn:smn:cn-north-4:{PROJECT}:told"},
    "OBS": {"bucket": "told", "prefix": "", "expires": 0},
    "DIS": {"stream_name": "told"},
    "FunctionGraph": {"func_urn": f"urn:fss:cn-north-4:{PROJECT}:function:default:told"},
}
OPERATIONS = {
    "SMN": ("smn", "PublishMessage"),
    "OBS": ("obs", "PutObject"),
    "DIS": ("dis", "SendRecords"),
    "FunctionGraph": ("functiongraph", "AsyncInvokeFunction"),
}
BEHAVIOURS: dict[str, tuple[dict[str, Any], str]] = {
    "works": ({"returns": 1}, "on_success"),
    "recovers": ({"fail_times": 1}, "on_success"),
    "fails": ({"fails": True}, "on_failure"),
}
"""What a function does, and which of its targets is told."""


def functions() -> Iterator[tuple[str, str, str]]:
    """Name, behaviour and target of each."""
    for behaviour in BEHAVIOURS:
        for service in TARGETS:
            yield f"{behaviour}-{service}", behaviour, service


def seed() -> dict[str, Any]:
    """The functions with their configs, and the targets."""
    agency = {
        "name": "notifies",
        "grants": [
            "Tenant Guest",
            "SMN Administrator",
            "OBS Administrator",
            "DIS Administrator",
            "FunctionGraph FullAccess",
        ],
    }
    return {
        "agencies": [agency],
        "functions": [
            {"name": "told", "xrole": "notifies"},
            *(
                {
                    "name": name,
                    "xrole": "notifies",
                    "async_configs": {
                        "latest": {
                            "max_async_retry_attempts": 1,
                            "max_async_event_age_in_seconds": 86_400,
                            BEHAVIOURS[behaviour][1]: {
                                "destination": service,
                                "param": TARGETS[service],
                            },
                        }
                    },
                }
                for name, behaviour, service in functions()
            ),
        ],
        "topics": [{"name": "told"}],
        "buckets": [{"name": "told"}],
        "streams": [{"name": "told"}],
    }


class Targets(StrEnum):
    """What becomes of the calls of targets."""

    WORK = "targets work"
    FAIL = "a third of their calls fail"


Sent = tuple[str, int]
"""Name of the function, and the number in the event."""


@dataclass
class Trial:
    """One run over a folder.

    Args:
        directory: keeps the state.
        kills: how often the process is killed.
        invocations: how many are sent, spread over its lives.
        targets: whether their calls fail.
        seed: of all that is left to chance.
    """

    directory: Path
    kills: int
    invocations: int
    targets: Targets = Targets.WORK
    seed: int = 0
    _sent: set[Sent] = field(default_factory=set)
    _acknowledged: set[Sent] = field(default_factory=set)
    _recovered_in: list[float] = field(default_factory=list)
    _token: str = ""

    def run(self) -> Counts:
        """Kill, and count when all is over."""
        self._chance = random.Random(self.seed)
        self._names = [name for name, _, _ in functions()]
        with Emulator(data=self.directory) as cloud:
            cloud.seed(seed())
            for name, behaviour, _ in functions():
                order = {"function": name, **BEHAVIOURS[behaviour][0]}
                cloud.control("POST", "script", json.dumps(order))
            self._token = Client(cloud)._token
        for life in range(self.kills):
            self._die_young() if life % 10 == 9 else self._live(life)
        with self._start() as cloud:
            self._set_up(cloud)
            self._wait_until_over()
        return count(
            self._sent,
            self._acknowledged,
            arrivals(self.directory),
            kills=self.kills,
            recovery_seconds=tuple(self._recovered_in),
        )

    def _start(self) -> Emulator:
        began = time.perf_counter()
        cloud = Emulator(data=self.directory)
        self._recovered_in.append(time.perf_counter() - began)
        return cloud

    def _set_up(self, cloud: Emulator) -> None:
        cloud.options(retry_seconds=0.1, delivery_attempts=100, delivery_retry_seconds=0.01)
        if self.targets is Targets.FAIL:
            cloud.faults(*_every_third_call())

    def _live(self, life: int) -> None:
        first = life * self.invocations // self.kills
        behind = (life + 1) * self.invocations // self.kills
        cloud = self._start()
        self._set_up(cloud)
        asyncio.run(self._invoke_and_kill(cloud, range(first, behind)))
        cloud.kill()

    def _die_young(self) -> None:
        """Be killed while starting."""
        command = [sys.executable, "-m", "pulumi_functiongraph.emulator"]
        with subprocess.Popen(
            [*command, "--data", str(self.directory)], stdout=subprocess.DEVNULL
        ) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._chance.uniform(0.1, 1.0))
            process.kill()

    async def _invoke_and_kill(self, cloud: Emulator, numbers: Sequence[int]) -> None:
        self._last, self._enough = self._chance.randint(0, len(numbers)), asyncio.Event()
        clients = [
            asyncio.create_task(self._client(cloud.url, numbers[place::CLIENTS]))
            for place in range(CLIENTS)
        ]
        if self._last:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), LIFE)
        await asyncio.sleep(self._chance.uniform(0, JITTER))
        cloud.process.kill()
        await asyncio.gather(*clients)

    async def _client(self, url: str, numbers: Sequence[int]) -> None:
        address = urlsplit(url)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            with closing(writer):
                for number in numbers:
                    await asyncio.sleep(self._chance.uniform(0, JITTER))
                    await self._invoke(reader, writer, number)

    async def _invoke(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        sent = self._chance.choice(self._names), number
        self._sent.add(sent)
        writer.write(message(*sent, self._token))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        if head.startswith(b"HTTP/1.1 503 ") and self.targets is Targets.FAIL:
            return  # A function that is a target is invoked by this operation, too.
        if not head.startswith(b"HTTP/1.1 202 "):
            raise AssertionError((head + body).decode())
        self._acknowledged.add(sent)
        self._last -= 1
        if self._last == 0:
            self._enough.set()

    def _wait_until_over(self) -> None:
        until = time.monotonic() + DRAIN
        while (left := unfinished(self.directory)) > 0:
            if time.monotonic() > until:
                raise AssertionError(f"{left} steps are still due after {DRAIN:.0f} s")
            time.sleep(0.05)


def message(name: str, number: int, token: str) -> bytes:
    """An asynchronous invocation, as bytes for the wire."""
    urn = f"urn:fss:cn-north-4:{PROJECT}:function:default:{name}:latest"
    body = json.dumps({"number": number})
    return (
        f"POST /v2/{PROJECT}/fgs/functions/{urn}/invocations-async HTTP/1.1\r\nHost: localhost\r\n"
        f"X-Auth-Token: {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _every_third_call() -> list[dict[str, Any]]:
    """Faults of each target, half of them after the target has got the event."""
    each = FAULTS // len(OPERATIONS)
    return [
        {
            "service": service,
            "operation": operation,
            "nth": EVERY * (number + 1),
            "status": 503,
            "when": ("before", "after")[number % 2],
        }
        for service, operation in OPERATIONS.values()
        for number in range(each)
    ]


def open_state(directory: Path) -> sqlite3.Connection:
    """The state that a process keeps or kept, read from outside."""
    connection = sqlite3.connect(directory / "state.db", timeout=10)
    connection.row_factory = sqlite3.Row
    return connection


def unfinished(directory: Path) -> int:
    """Requests and notifications that are not over."""
    with closing(open_state(directory)) as connection:
        (left,) = connection.execute(
            "SELECT (SELECT count(*) FROM inv_requests WHERE due IS NOT NULL)"
            " + (SELECT count(*) FROM inv_deliveries WHERE due IS NOT NULL)"
        ).fetchone()
    return int(left)


def arrivals(directory: Path) -> Iterator[Sent]:
    """What the targets hold: of each event the function and its number.

    An event at the wrong target, or of another outcome than its function has, has no number that
    was ever sent.
    """
    services = {name: service for name, _, service in functions()}
    with closing(open_state(directory)) as connection:
        for service, text in _events(connection):
            event = json.loads(text)
            name = event["request_context"]["function_urn"].split(":")[6]
            number = json.loads(event["request_payload"])["number"]
            succeeded = event["response_context"]["status_code"] == 200
            right = services[name] == service and succeeded != name.startswith("fails-")
            yield name, number if right else -1


def _events(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for row in connection.execute("SELECT message FROM smn_messages"):
        yield "SMN", row["message"]
    for row in connection.execute("SELECT content FROM obs_objects"):
        yield "OBS", row["content"]
    for row in connection.execute("SELECT data FROM dis_records"):
        yield "DIS", base64.b64decode(row["data"]).decode()
    for row in connection.execute("SELECT payload FROM inv_requests WHERE source = 'notification'"):
        yield "FunctionGraph", row["payload"]
