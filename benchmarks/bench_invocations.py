"""How fast the local cloud takes asynchronous requests, runs them and tells their results.

Beside what this machine does at most: commits of SQLite, and HTTP requests that are answered with
nothing. Functions are scripted, the folder is durable, sixteen clients keep their connections open
and send a token; they share the machine with the server. A load of others makes all of it slower:
read the ratios.

    TMPDIR=/on/a/disk python benchmarks/bench_invocations.py [--requests 4000] [--stored 100000]
"""

import argparse
import asyncio
import contextlib
import json
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import psutil

from durability.kills import PROJECT, TARGETS
from pulumi_functiongraph.emulator.functiongraph.models import find_version
from pulumi_functiongraph.emulator.iam.models import first_project
from pulumi_functiongraph.emulator.invocations import acceptance
from pulumi_functiongraph.emulator.invocations.request import Arrival
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.documents import check_seed
from pulumi_functiongraph.emulator.state.store import Connection
from report import table
from unit.emulator.process_client import Client

CLIENTS = 16
REQUESTS = 4000
STORED = 100_000
STARTS = 3
COMMITS = 500
WATCHED = 10.0
"""Seconds for which memory is watched while a process works on what is stored."""

WARMING = 64
"""Requests that start the workers of a handler before it is measured."""

ACCEPTS, LIFECYCLES, HANDLED = 2000, 500, 200
"""What is aimed at on two cores at rest, per second."""
SLOWEST, START, MEMORY = 50, 1.0, 150
"""The same in milliseconds, seconds and MB."""

SEED = {
    "agencies": [{"name": "notifies", "grants": ["Tenant Guest", "SMN Administrator"]}],
    "topics": [{"name": "told"}],
    "functions": [
        {"name": "quiet", "behaviour": {"returns": 1}},
        {"name": "handled", "code": "def handler(event, context):\n    return event\n"},
        {
            "name": "telling",
            "xrole": "notifies",
            "behaviour": {"returns": 1},
            "async_configs": {
                "latest": {"on_success": {"destination": "SMN", "param": TARGETS["SMN"]}}
            },
        },
    ],
}

EMPTY = """
import sys, uvicorn
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})
uvicorn.run(app, port=int(sys.argv[1]), log_level="critical", lifespan="off", http="httptools")
"""
"""A server that answers with nothing, of the kind that the local cloud is built on."""


@dataclass(frozen=True)
class Rate:
    """What a load came to.

    Attributes:
        per_second: answers.
        slow: milliseconds that 99 of 100 answers stay below.
    """

    per_second: float
    slow: float


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each load")
    parser.add_argument("--stored", type=int, default=STORED, help="while memory is watched")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commits = _commits(folder)
        empty = _empty_requests(options.requests)
        with Emulator(data=folder / "busy", run_code=True) as cloud:
            cloud.seed(SEED)
            accepted, _ = _load(cloud, folder / "busy", "quiet", options.requests)
            _load(cloud, folder / "busy", "handled", WARMING)
            _, handled = _load(cloud, folder / "busy", "handled", options.requests // 4)
            _, lifecycles = _load(cloud, folder / "busy", "telling", options.requests)
        starts = [_seconds_to_start(folder / "busy") for _ in range(STARTS)]
        memory = _megabytes_with(folder / "stored", options.stored)
    print(f"Asynchronous requests, {CLIENTS} clients, durable, {options.requests} of each load")
    print(
        table(
            ("a second", "seen", "aimed at", "by commits", "by empty requests"),
            [
                ("one commit of SQLite after the other", f"{commits:.0f}", "", "", ""),
                ("requests that are answered with nothing", f"{empty.per_second:.0f}", "", "", ""),
                _row("accepted", accepted.per_second, ACCEPTS, commits, empty),
                _row("accepted, run and told to SMN", lifecycles, LIFECYCLES, commits, empty),
                _row("accepted, run by a Python handler", handled, HANDLED, commits, empty),
            ],
        )
    )
    print()
    print(
        table(
            ("", "seen", "aimed at"),
            [
                ("99 % of 202s within, ms", f"{accepted.slow:.0f}", f"{SLOWEST}"),
                ("start-up, s, the median", f"{median(starts):.2f}", f"{START:.0f}"),
                (f"memory at work on {options.stored:,}, MB", f"{memory:.0f}", f"{MEMORY}"),
            ],
        )
    )
    return 0


def _row(name: str, seen: float, aim: int, commits: float, empty: Rate) -> tuple[str, ...]:
    by_commits, by_empty = seen / commits, seen / empty.per_second
    return name, f"{seen:.0f}", f"{aim}", f"{by_commits:.2f}", f"{by_empty:.2f}"


def _commits(folder: Path) -> float:
    """Rows that are committed one by one, as durably as the local cloud does."""
    with closing(sqlite3.connect(folder / "commits.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)")
        start = time.perf_counter()
        for _ in range(COMMITS):
            connection.execute("INSERT INTO rows (text) VALUES ('a')")
        return COMMITS / (time.perf_counter() - start)


def _empty_requests(requests: int) -> Rate:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", EMPTY, str(port)]) as server:
        try:
            _wait_for(lambda: _is_open(port))
            message = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            return asyncio.run(_rate(f"http://127.0.0.1:{port}", message, requests))
        finally:
            server.terminate()


def _is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def _load(cloud: Emulator, folder: Path, name: str, requests: int) -> tuple[Rate, float]:
    """The rate of 202s, and of requests that are over with all that follows."""
    start = time.perf_counter()
    rate = asyncio.run(_rate(cloud.url, _message(cloud, name), requests))
    with closing(sqlite3.connect(folder / "state.db")) as connection:
        _wait_for(lambda: _unfinished(connection) == 0)
    return rate, requests / (time.perf_counter() - start)


def _unfinished(connection: sqlite3.Connection) -> int:
    (left,) = connection.execute(
        "SELECT (SELECT count(*) FROM inv_requests WHERE due IS NOT NULL)"
        " + (SELECT count(*) FROM inv_deliveries WHERE due IS NOT NULL)"
    ).fetchone()
    return int(left)


def _wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.02)


def _message(cloud: Emulator, name: str) -> bytes:
    """An invocation, as bytes for the wire."""
    urn = f"urn:fss:cn-north-4:{PROJECT}:function:default:{name}:latest"
    body = json.dumps({"order": 1, "text": "a" * 200})
    return (
        f"POST /v2/{PROJECT}/fgs/functions/{urn}/invocations-async HTTP/1.1\r\nHost: localhost\r\n"
        f"X-Auth-Token: {Client(cloud)._token}\r\nContent-Type: application/json\r\n"  # noqa: SLF001 # as the tests
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def _rate(url: str, message: bytes, requests: int) -> Rate:
    """Let all clients send a message, so often in all."""
    start = time.perf_counter()
    each = requests // CLIENTS
    taken = await asyncio.gather(*(_client(url, message, each) for _ in range(CLIENTS)))
    seconds = time.perf_counter() - start
    answers = [1000 * answer for of_client in taken for answer in of_client]
    return Rate(len(answers) / seconds, quantiles(answers, n=100)[98])


async def _client(url: str, message: bytes, times: int) -> list[float]:
    """Send a message again and again on one connection; the seconds that each answer took."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await reader.readexactly(int(length or 0))
        taken.append(time.perf_counter() - start)
        if not head.startswith((b"HTTP/1.1 202 ", b"HTTP/1.1 204 ")):
            sys.exit(f"bench: refused: {(head + body).decode()}")
    writer.close()
    await writer.wait_closed()
    return taken


def _seconds_to_start(folder: Path) -> float:
    start = time.perf_counter()
    with Emulator(data=folder):
        return time.perf_counter() - start


def _megabytes_with(folder: Path, stored: int) -> float:
    """The most memory of a process that works on so many requests, all of them due."""
    asyncio.run(_store(folder, stored))
    with Emulator(data=folder) as cloud:
        process = psutil.Process(cloud.process.pid)
        return max(_watched(process))


def _watched(process: psutil.Process) -> Iterator[float]:
    until = time.monotonic() + WATCHED
    while time.monotonic() < until:
        yield process.memory_info().rss / 1e6
        time.sleep(0.1)


async def _store(folder: Path, requests: int) -> None:
    cloud = LocalCloud(directory=folder, seed=check_seed(SEED))

    def accept(connection: Connection) -> None:
        version = find_version(connection, PROJECT, "default", "telling", "latest")
        project = first_project(connection)
        for number in range(requests):
            arrival = Arrival(json.dumps({"order": number, "text": "a" * 200}))
            acceptance.accept(connection, version, arrival, cloud.intake(), project=project)

    await cloud.store.write_apart(accept)
    cloud.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
