"""What a run takes where every answer comes after 50 ms, beside a provider that does nothing.

Two programs: 100 configs that are all new, then changed, then left as they are; and one config in
a project of 400 functions that have none, with each value of ``functiongraph:liveGraph``. Requests
are counted in the log of the local cloud, and held to a limit; times are only reported, because a
busy machine changes them.

    python benchmarks/bench_latency.py [--configs 100] [--functions 400] [--rounds 3]
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import programs
import stacks
from e2e.engine_cli import Cli
from pulumi_functiongraph.emulator.process import Emulator
from report import table

LATENCY = 0.05
"""Seconds before each answer."""

MOST_OF_ONE = {"off": 30, "targets": 60, "on": 1000}
"""Requests of an `up` with its preview of one new config in a large project, by what is read of it.

With ``on``, 400 functions are asked for their configs, in the preview and again in the update.
"""


@dataclass(frozen=True)
class Step:
    """One command.

    Attributes:
        name: what it does.
        command: ``preview`` or ``up``, which previews first.
        environment: what it is told.
    """

    name: str
    command: str
    environment: Mapping[str, str]


MANY = (
    Step("preview, new", "preview", {}),
    Step("up, new", "up", {}),
    Step("up, changed", "up", {"RETRIES": "3"}),
    Step("up, unchanged", "up", {"RETRIES": "3"}),
)


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configs", type=int, default=100)
    parser.add_argument("--functions", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    print(f"{chosen.configs} configs, every answer after 50 ms, medians of {chosen.rounds}")
    print(table(_MANY_HEADS, _rows_of_many(chosen.configs, chosen.rounds)))
    print(f"\nOne config, new, in a project of {chosen.functions} functions; `up` with its preview")
    rows, is_kept = _rows_of_one(chosen.functions, chosen.rounds)
    print(table(_ONE_HEADS, rows))
    return 0 if is_kept else 1


_MANY_HEADS = ("step", "wall, nothing", "wall, ours", "CPU, nothing", "CPU, ours", "requests each")
_ONE_HEADS = ("liveGraph", "requests", "at most", "wall, nothing", "wall, ours", "CPU, ours")


def _rows_of_many(configs: int, rounds: int) -> Iterator[tuple[str, ...]]:
    found: dict[str, list[tuple[stacks.Cost, stacks.Cost, int]]] = {}
    for _ in range(rounds):
        with _stacks(configs=configs, functions=configs) as (cloud, ours, nothing):
            for step in MANY:
                idle = stacks.cost_of(nothing, step.command, step.environment)
                cloud.forget_requests()
                cost = stacks.cost_of(ours, step.command, step.environment)
                found.setdefault(step.name, []).append((idle, cost, len(cloud.requests())))
    for name, seen in found.items():
        yield (
            name,
            f"{median(idle.wall for idle, _, _ in seen):.1f}",
            f"{median(cost.wall for _, cost, _ in seen):.1f}",
            f"{median(idle.cpu for idle, _, _ in seen):.1f}",
            f"{median(cost.cpu for _, cost, _ in seen):.1f}",
            f"{median(sent for _, _, sent in seen) / configs:.1f}",
        )


def _rows_of_one(functions: int, rounds: int) -> tuple[list[tuple[str, ...]], bool]:
    rows: list[tuple[str, ...]] = []
    is_kept = True
    for live, most in MOST_OF_ONE.items():
        seen = []
        for _ in range(rounds):
            with _stacks(configs=1, functions=functions) as (cloud, ours, nothing):
                idle = stacks.cost_of(nothing, "up")
                cloud.forget_requests()
                cost = stacks.cost_of(ours, "up", {"FUNCTIONGRAPH_LIVE_GRAPH": live})
                seen.append((idle, cost, len(cloud.requests())))
        sent = max(sent for _, _, sent in seen)
        is_kept = is_kept and sent <= most
        idle_wall = median(idle.wall for idle, _, _ in seen)
        wall, cpu = (median(getattr(each, kind) for _, each, _ in seen) for kind in ("wall", "cpu"))
        rows.append((live, str(sent), str(most), f"{idle_wall:.1f}", f"{wall:.1f}", f"{cpu:.1f}"))
    return rows, is_kept


@contextmanager
def _stacks(*, configs: int, functions: int) -> Iterator[tuple[Emulator, Cli, Cli]]:
    """A slow local cloud with functions, and the stacks of both programs."""
    with tempfile.TemporaryDirectory() as folder, Emulator() as cloud:
        cloud.seed(programs.seed(functions))
        cloud.faults({"delay_seconds": LATENCY})
        found = []
        for name, program in (("ours", programs.OURS), ("nothing", programs.NOTHING)):
            cli = stacks.stack(
                Path(folder),
                program,
                name=name,
                environment=cloud.environment,
                configs=configs,
                walk=True,
            )
            (cli.project / "nothing.py").write_text(programs.NOTHING_MODULE, encoding="utf-8")
            found.append(cli)
        ours, nothing = found
        for cli in found:
            cli.preview()  # compiles what it imports
        yield cloud, ours, nothing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
