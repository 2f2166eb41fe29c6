"""How fast the local cloud is: configs read and written per second, start-up time, memory.

Clients keep their connections open and each has a function of its own. Requests are signed
beforehand, as the vendor's SDK signs them, and sent over plain sockets, so that the server is
measured and not an HTTP client. Server and clients share the machine.

    TMPDIR=/on/a/disk python benchmarks/bench_emulator.py [--requests 3000]
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPMethod
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlsplit

import psutil
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

import programs
from pulumi_functiongraph.emulator.process import Emulator
from report import table

CLIENTS = (1, 16, 64)
REQUESTS = 3000
STARTS = 3
FUNCTIONS = max(CLIENTS)


@dataclass(frozen=True)
class Rate:
    """What a load came to.

    Attributes:
        per_second: answers.
        middle: milliseconds of the median answer.
        slow: milliseconds that 99 of 100 answers stay below.
    """

    per_second: float
    middle: float
    slow: float


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="per line of the table")
    requests = parser.parse_args(arguments).requests
    loads: list[tuple[str, ...]] = []
    processes: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("in memory", "durable"):
            directories = _directories(Path(folder)) if name == "durable" else None
            start = median(_seconds_to_start(directories) for _ in range(STARTS))
            with Emulator(data=next(directories) if directories else None) as cloud:
                idle = _megabytes(cloud)
                cloud.seed(programs.seed(FUNCTIONS))
                loads += _loads(name, cloud, requests)
                processes.append((name, f"{start:.2f}", f"{idle:.0f}", f"{_megabytes(cloud):.0f}"))
    print(f"Configs written and read, {requests} requests a line, each answer 200")
    print(table(_LOADS, loads))
    print(f"\nThe process, start-up the median of {STARTS}")
    print(table(("state", "start-up, s", "RSS at first, MB", "RSS after the load, MB"), processes))
    return 0


_LOADS = ("state", "clients", "write/s", "median ms", "99 % ms", "read/s", "median ms", "99 % ms")


def _directories(folder: Path) -> Iterator[Path]:
    """A new folder for each start, so that each has the built-in seed to write."""
    return (folder / str(number) for number in count())


def _seconds_to_start(directories: Iterator[Path] | None) -> float:
    start = time.perf_counter()
    with Emulator(data=next(directories) if directories else None):
        return time.perf_counter() - start


def _megabytes(cloud: Emulator) -> float:
    return float(psutil.Process(cloud.process.pid).memory_info().rss) / 1e6


def _loads(name: str, cloud: Emulator, requests: int) -> Iterator[tuple[str, ...]]:
    """A row of the table for each number of clients; what is read was written before."""
    for clients in CLIENTS:
        row = [name, str(clients)]
        for method in (HTTPMethod.PUT, HTTPMethod.GET):
            messages = [_message(cloud, method, number) for number in range(clients)]
            rate = asyncio.run(_rate(cloud.url, messages, requests // clients))
            row += [f"{rate.per_second:.0f}", f"{rate.middle:.1f}", f"{rate.slow:.1f}"]
        yield tuple(row)


def _message(cloud: Emulator, method: HTTPMethod, number: int) -> bytes:
    """A signed request about one function, as bytes for the wire."""
    environment = cloud.environment
    project = environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    region = environment["FUNCTIONGRAPH_REGION"]
    urn = f"urn:fss:{region}:{project}:function:default:bench-{number}:latest"
    path = f"/v2/{project}/fgs/functions/{quote(urn, safe='')}/async-invoke-config"
    body = json.dumps(_CONFIG) if method is HTTPMethod.PUT else ""
    host = urlsplit(cloud.url).netloc
    headers = {"Host": host, "Content-Type": "application/json", "X-Project-Id": project}
    request = SdkRequest(
        method=method.value,
        schema="http",
        host=host,
        resource_path=path,
        query_params=[],
        header_params=headers,
        body=body,
    )
    Signer(_credentials(environment)).sign(request)
    lines = "".join(f"{key}: {value}\r\n" for key, value in request.header_params.items())
    head = f"{method} {path} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    return f"{head}{body}".encode()


_CONFIG = {
    "max_async_retry_attempts": 2,
    "max_async_event_age_in_seconds": 3600,
    "destination_config": {
        "on_failure": {
            "destination": "OBS",
            "param": json.dumps({"bucket": "bench-failed", "prefix": "failures/", "expires": 0}),
        }
    },
}


def _credentials(environment: Mapping[str, str]) -> BasicCredentials:
    return BasicCredentials(
        environment["HUAWEICLOUD_SDK_AK"],
        environment["HUAWEICLOUD_SDK_SK"],
        environment["HUAWEICLOUD_SDK_PROJECT_ID"],
    )


async def _rate(url: str, messages: Sequence[bytes], each: int) -> Rate:
    """Let one client send each message so many times, all clients at once."""
    start = time.perf_counter()
    taken = await asyncio.gather(*(_client(url, message, each) for message in messages))
    seconds = time.perf_counter() - start
    answers = [1000 * answer for of_client in taken for answer in of_client]
    return Rate(len(answers) / seconds, median(answers), quantiles(answers, n=100)[98])


async def _client(url: str, message: bytes, times: int) -> list[float]:
    """Send a message again and again on one connection; the seconds that each answer took."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        taken.append(time.perf_counter() - start)
        if not head.startswith(b"HTTP/1.1 200 "):
            sys.exit(f"bench: the local cloud refused: {(head + body).decode()}")
    writer.close()
    await writer.wait_closed()
    return taken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
