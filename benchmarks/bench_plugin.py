"""The native plugin: its process over gRPC, and whole runs where every answer comes after 50 ms.

The process alone, with configs that a program's gate judges: from its start to configured, what a
call takes, how much of that is our own work, memory after 1,000 resources, and 40 creates of half a
second an answer at once. Whole runs: 100 configs
that are new and then unchanged, with the plugin and with a provider that does nothing, in turns,
as the engine is by default and with ``--parallel 64``.

    python benchmarks/bench_plugin.py [--configs 100] [--rounds 5]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import grpc
import psutil
from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

import programs
import stacks
from pulumi_functiongraph.core.type_tokens import JUDGED_BY_GATE
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.plugin import structs
from report import table

LATENCY = 0.05
"""Seconds before each answer of the cloud in whole runs."""

SLOW = 0.5
"""Seconds before each answer for the creates at once."""

AT_ONCE, MANY = 40, 1000
URN = "urn:pulumi:bench::bench::functiongraph:index:AsyncNotificationConfig::config-{}"
NATIVE = programs.OURS.replace(
    "import pulumi_functiongraph as", "import pulumi_functiongraph.native as"
)
STEPS = (("preview, new", "preview"), ("up, new", "up"), ("preview, unchanged", "preview"))


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables and return the exit code: 1 when memory is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    rows = list(_rows_of_process(chosen.rounds))
    print("The process of the plugin")
    print(table(("", "seen", "at most"), rows))
    print(f"\n{chosen.configs} configs, every answer after 50 ms, medians of {chosen.rounds}, s")
    heads = ("step", "nothing", "plugin", "nothing, --parallel 64", "plugin, --parallel 64")
    print(table(heads, _rows_of_runs(chosen.configs, chosen.rounds)))
    return 0


@contextmanager
def _plugin(environment: dict[str, str]) -> Iterator[tuple[ResourceProviderStub, int]]:
    """A configured plugin, and its process id."""
    command = [sys.executable, "-m", "pulumi_functiongraph.plugin"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        port = process.stdout.readline().strip() if process.stdout else ""
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = ResourceProviderStub(channel)
            stub.Handshake(provider_pb2.ProviderHandshakeRequest())
            stub.Configure(provider_pb2.ConfigureRequest(args=Struct(), acceptSecrets=True))
            judged = structs.write({"urns": [URN.format(number) for number in range(MANY)]})
            stub.Invoke(provider_pb2.InvokeRequest(tok=JUDGED_BY_GATE, args=judged))
            yield stub, process.pid
            stub.Cancel(empty_pb2.Empty())
        process.terminate()


def _bag(number: int) -> Struct:
    return structs.write(
        {
            "functionUrn": f"bench-{number}",
            "maxAsyncRetryAttempts": 2,
            "onFailure": {"bucket": "bench-failed", "prefix": "failures/"},
        }
    )


def _rows_of_process(rounds: int) -> Iterator[tuple[str, ...]]:
    with Emulator() as cloud:
        cloud.seed(programs.seed(AT_ONCE))
        environment = {**os.environ, **cloud.environment}
        starts = []
        for _ in range(rounds):
            began = time.perf_counter()
            with _plugin(environment):
                starts.append(time.perf_counter() - began)
        yield "start to configured, s", f"{median(starts):.2f}", "0.5"
        with _plugin(environment) as (stub, pid):
            process = psutil.Process(pid)
            for number in range(20):
                _check_and_compare(stub, number)
            before, began = process.cpu_times(), time.perf_counter()
            for number in range(MANY):
                _check_and_compare(stub, number)
            took, after = time.perf_counter() - began, process.cpu_times()
            cpu = after.user + after.system - before.user - before.system
            memory = process.memory_info().rss / 1e6
        yield "Check or Diff, ms a call", f"{took / MANY / 2 * 1000:.2f}", "1"
        yield "CPU of the process, ms a call", f"{cpu / MANY / 2 * 1000:.2f}", ""
        yield "own work, ms a resource", f"{_own_work() * 1000:.2f}", "0.2"
        yield f"memory with {MANY:,} resources, MB", f"{memory:.0f}", "80"
        cloud.faults({"delay_seconds": SLOW})
        with _plugin(environment) as (stub, _):
            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda number: _create(stub, number), range(AT_ONCE)))
            took = time.perf_counter() - began
        yield f"{AT_ONCE} creates at once, {SLOW} s an answer, s", f"{took:.2f}", "3"


def _check_and_compare(stub: ResourceProviderStub, number: int) -> Any:
    urn = URN.format(number)
    checked = stub.Check(provider_pb2.CheckRequest(urn=urn, news=_bag(number)))
    assert not checked.failures, checked.failures
    bag = checked.inputs
    id_ = bag["functionUrn"]
    return stub.Diff(provider_pb2.DiffRequest(id=id_, urn=urn, olds=bag, news=bag))


def _create(stub: ResourceProviderStub, number: int) -> Any:
    urn = URN.format(number)
    checked = stub.Check(provider_pb2.CheckRequest(urn=urn, news=_bag(number)))
    return stub.Create(provider_pb2.CreateRequest(urn=urn, properties=checked.inputs))


def _own_work() -> float:
    """CPU seconds of one check and one comparison without gRPC."""
    from pulumi_functiongraph.bridge.clients import Account
    from pulumi_functiongraph.bridge.config_provider import ConfigProvider
    from pulumi_functiongraph.operations.ownership import Ownership

    place = {"region": "eu-de", "projectId": "0" * 32}
    configs = ConfigProvider(Account(place.get), Ownership())
    empty, struct = structs.read(Struct()).properties, _bag(0)
    began = time.process_time()
    for _ in range(MANY):
        news = structs.read(struct).properties
        checked = configs.check(empty, news)
        inputs = structs.read(structs.write(checked.declared.inputs())).properties
        configs.diff("urn", inputs, inputs, log=print)
    return (time.process_time() - began) / MANY


def _rows_of_runs(configs: int, rounds: int) -> Iterator[tuple[str, ...]]:
    found: dict[tuple[str, str, str], list[float]] = {}
    for _ in range(rounds):
        for parallel in ("", "64"):
            with tempfile.TemporaryDirectory() as folder, Emulator() as cloud:
                cloud.seed(programs.seed(configs))
                cloud.faults({"delay_seconds": LATENCY})
                contestants = []
                for name, program in (("nothing", programs.NOTHING), ("plugin", NATIVE)):
                    cli = stacks.stack(
                        Path(folder),
                        program,
                        name=name,
                        environment=cloud.environment,
                        configs=configs,
                        walk=False,
                    )
                    (cli.project / "nothing.py").write_text(programs.NOTHING_MODULE)
                    contestants.append((name, cli))
                contestants[0][1].preview()  # compiles what it imports
                for step, command in STEPS:
                    for name, cli in contestants:
                        options = f"{command} --parallel {parallel}" if parallel else command
                        cost = stacks.cost_of(cli, options)
                        found.setdefault((step, name, parallel), []).append(cost.wall)
    for step, _command in STEPS:
        columns = [(name, par) for par in ("", "64") for name in ("nothing", "plugin")]
        yield step, *(f"{median(found[step, name, par]):.1f}" for name, par in columns)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
