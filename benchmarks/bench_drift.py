"""How long `fgctl drift` takes, beside the limit that its requests set and beside the engine.

A stack of 1,000 configs is applied with the real engine; then the local cloud lets every answer
wait for 20 ms, `fgctl drift` compares the stack, and `pulumi refresh --preview-only` does, too.
The limit is requests × latency / requests at once: no client could be faster. Of each time the best
counts, because other work on the machine only adds to it; one that is over what is promised fails.

    python benchmarks/bench_drift.py [--configs 1000] [--rounds 3]
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import programs
import stacks
from e2e.engine_cli import Cli
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.emulator.process import Emulator
from report import table

CONFIGS = 1000
ROUNDS = 3
STARTS = 7
LATENCY = 0.02
"""Seconds that the local cloud waits before each answer."""

MOST_OF_LIMIT = 1.3
MOST_MEMORY = 150.0
"""Megabytes."""

MOST_TO_VERSION = 0.15
MOST_TO_FIRST_REQUEST = 0.4
"""Seconds."""

MAIN = "from pulumi_functiongraph.cli import main; main()"
FGCTL = [sys.executable, "-c", MAIN]

AS_REQUESTS_PREPARES = """
import json
from requests import Request
from pulumi_functiongraph.cloud.http.request_builder import RequestBuilder

def build(self, call, endpoint):
    body = None if call.body is None else json.dumps(call.body).encode()
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    request = Request(call.method, call.url(endpoint), headers=headers, data=body, auth=lambda r: r)
    return self._session.prepare_request(request)

RequestBuilder.build = build
"""
"""What the client skips: requests checks and encodes every part of every request."""


@dataclass(frozen=True)
class Run:
    """What one run of `fgctl drift` came to.

    Attributes:
        wall: seconds from start to end.
        reading: seconds from the first request to the last.
        requests: how many.
        memory: megabytes at most.
        busy: seconds of processor time.
    """

    wall: float
    reading: float
    requests: int
    memory: float
    busy: float


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configs", type=int, default=CONFIGS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args(arguments)
    version = min(_seconds_to("--version") for _ in range(STARTS))
    with tempfile.TemporaryDirectory() as name, Emulator() as cloud:
        folder = Path(name)
        cli = _applied(folder, cloud, chosen.configs)
        export = folder / "stack.json"
        export.write_text(json.dumps(cli.export()), encoding="utf-8")
        first = min(_seconds_to_first_request(export, cloud) for _ in range(STARTS))
        cloud.faults({"delay_seconds": LATENCY})
        runs, prepared, refreshes = [], [], []
        for _ in range(chosen.rounds):
            runs.append(_drift(export, cloud, chosen.configs))
            prepared.append(_drift(export, cloud, chosen.configs, before=AS_REQUESTS_PREPARES))
            refreshes.append(_refresh(cli))
    best = min(runs, key=lambda run: run.reading)
    limit = best.requests * LATENCY / REQUESTS_IN_FLIGHT
    print(f"{chosen.configs:,} configs, every answer after {LATENCY * 1000:g} ms")
    rows = [
        ("fgctl drift, whole", f"{median(run.wall for run in runs):.2f}"),
        ("its requests, first to last", f"{median(run.reading for run in runs):.2f}"),
        ("the same, the best round", f"{best.reading:.2f}"),
        ("the same, each request prepared by requests", f"{min(r.reading for r in prepared):.2f}"),
        (f"limit of {best.requests:,} requests, {REQUESTS_IN_FLIGHT} at once", f"{limit:.2f}"),
        ("pulumi refresh --preview-only", f"{median(refreshes):.2f}"),
        ("processor time of fgctl drift", f"{min(run.busy for run in runs):.2f}"),
        ("the same, each request prepared by requests", f"{min(r.busy for r in prepared):.2f}"),
        ("fgctl --version", f"{version:.2f}"),
        ("fgctl drift to its first request", f"{first:.2f}"),
    ]
    print(table(("", "seconds"), rows))
    memory = max(run.memory for run in runs)
    print(f"memory at most {memory:.0f} MB, reading by limit {best.reading / limit:.2f}")
    return _judged(best.reading / limit, memory, version, first)


def _judged(ratio: float, memory: float, version: float, first: float) -> int:
    """Tell what is over; anything fails."""
    code = 0
    for what, value, most in (
        ("reading by limit", ratio, MOST_OF_LIMIT),
        ("memory", memory, MOST_MEMORY),
        ("seconds to the version", version, MOST_TO_VERSION),
        ("seconds to the first request", first, MOST_TO_FIRST_REQUEST),
    ):
        if value > most:
            print(f"over: {what} {value:.2f}, promised {most:g}")
            code = 1
    return code


def _applied(folder: Path, cloud: Emulator, configs: int) -> Cli:
    cloud.seed(programs.seed(configs))
    cli = stacks.stack(
        folder,
        programs.OURS,
        name="ours",
        environment=cloud.environment,
        configs=configs,
        walk=False,
    )
    cli.up("--skip-preview", timeout=900)
    return cli


def _drift(export: Path, cloud: Emulator, configs: int, *, before: str = "") -> Run:
    cloud.forget_requests()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", before + MAIN, "drift", "--stack", str(export), "--quiet"],
        cwd=export.parent,
        env={**os.environ, **cloud.environment},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    assert f"{configs:,} in sync" in said, said
    times = [_seconds(each["time"]) for each in cloud.requests()]
    reading, busy = max(times) - min(times) + LATENCY, usage.ru_utime + usage.ru_stime
    return Run(wall, reading, len(times), usage.ru_maxrss / 1000, busy)


def _seconds(told: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(told).timestamp()


def _refresh(cli: Cli) -> float:
    started = time.perf_counter()
    cli.run(
        "refresh",
        "--preview-only",
        "--stack",
        cli.stack,
        "--non-interactive",
        "--expect-no-changes",
    )
    return time.perf_counter() - started


def _seconds_to(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([*FGCTL, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _seconds_to_first_request(export: Path, cloud: Emulator) -> float:
    """From the start of the process until it connects; a socket of ours stands for the cloud.

    The stack is small: what a thousand configs take to be read is in the other numbers.
    """
    small = export.with_name("small.json")
    small.write_text('{"deployment": {}}', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = f"http://127.0.0.1:{server.getsockname()[1]}"
        endpoints = json.dumps(dict.fromkeys(("functiongraph", "iam"), here))
        environment = {**os.environ, **cloud.environment, "FUNCTIONGRAPH_ENDPOINTS": endpoints}
        started = time.perf_counter()
        with subprocess.Popen(
            [*FGCTL, "drift", "--stack", str(small)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            server.settimeout(30)
            connection, _ = server.accept()
            taken = time.perf_counter() - started
            process.kill()
            connection.close()
    return taken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
