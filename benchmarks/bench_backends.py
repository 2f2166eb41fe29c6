"""What many configs cost: state in a file, in OBS, without checkpoints, in several stacks.

One round for each backend: preview of new configs, create, nothing changed, all changed, destroy,
each without a further preview. The whole program's cost is measured, as users run it. Ratios are
to the state in a file; `docs/many-configs.md` says what follows.

    python benchmarks/bench_backends.py [--configs 1 100 400] [--stacks 4] [--only file ...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import programs
import stacks
from e2e.engine_cli import Cli
from pulumi_functiongraph.emulator.process import Emulator
from report import table
from stacks import Cost

CONFIGS = (1, 100)
STACKS = 4
ANSWER = 0.05
"""Seconds that each answer of OBS takes."""

FROM = "file"
"""The backend that the others are compared with."""

WITHOUT_BACKUPS = {"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "1"}
WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}


@dataclass(frozen=True)
class Backend:
    """Where the state is, and how it is written.

    Attributes:
        settings: environment variables of the engine.
        query: what is added to the URL of the backend.
        in_obs: in a bucket of the local cloud instead of a file.
        stacks: whether the configs are shared out among several stacks.
        at_once: whether those run at the same time.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    in_obs: bool = False
    stacks: bool = False
    at_once: bool = False


BACKENDS = {
    FROM: Backend(),
    "no backups": Backend(WITHOUT_BACKUPS),
    "no attributes": Backend(query="?metadata=skip"),
    "gzip": Backend({"PULUMI_DIY_BACKEND_GZIP": "1"}),
    "no checkpoints": Backend(WITHOUT_CHECKPOINTS),
    "stacks in turn": Backend(stacks=True),
    "stacks at once": Backend(stacks=True, at_once=True),
    "OBS": Backend(in_obs=True),
    "OBS, gzip": Backend({"PULUMI_DIY_BACKEND_GZIP": "1"}, in_obs=True),
    "OBS, no backups": Backend(WITHOUT_BACKUPS, in_obs=True),
    "OBS, no checkpoints": Backend(WITHOUT_CHECKPOINTS, in_obs=True),
    "OBS, stacks at once": Backend(in_obs=True, stacks=True, at_once=True),
}
CHOSEN = (FROM, "no checkpoints", "stacks at once", "OBS", "OBS, no checkpoints")
"""Those of a short run; the others are for whoever chooses them."""

STEPS = {
    "preview": ("preview", "2"),
    "create": ("up --skip-preview", "2"),
    "unchanged": ("up --skip-preview", "2"),
    "change all": ("up --skip-preview", "3"),
    "destroy": ("destroy --skip-preview", "3"),
}
"""Of each step the command, and the retries that the program declares."""


@dataclass(frozen=True)
class Seen:
    """What one step of a backend cost.

    Attributes:
        cost: of the engine and all that it started; of several stacks the sum.
        requests: that the bucket of the state was sent.
        state: bytes of the state afterwards, of all stacks; 0 where it is not in a file.
    """

    cost: Cost
    requests: int
    state: int


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--configs", type=int, nargs="+", default=CONFIGS)
    parser.add_argument("--stacks", type=int, default=STACKS, help="among which configs are shared")
    parser.add_argument("--only", nargs="+", choices=BACKENDS, default=CHOSEN)
    chosen = parser.parse_args(arguments)
    for configs in chosen.configs:
        seen: dict[str, list[Seen]] = {}
        names = [
            each for each in chosen.only if configs >= chosen.stacks or not BACKENDS[each].stacks
        ]
        try:
            for name in names:
                with tempfile.TemporaryDirectory() as folder:
                    every = _round(BACKENDS[name], Path(folder), configs, count=chosen.stacks)
                    seen[name] = list(every)
        finally:  # also what was measured before one failed, or somebody had enough of it
            if seen:
                _show(configs, seen, count=chosen.stacks)
    return 0


def _show(configs: int, seen: Mapping[str, Sequence[Seen]], *, count: int) -> None:
    """Print a table for each thing that was measured, with the ratios to the first backend."""
    noun = "config" if configs == 1 else "configs"
    size = seen[FROM][1].state / 1000 if FROM in seen else 0
    print(f"\n{configs} {noun}; several stacks are {count}; the state of all has {size:.0f} kB")
    measures: dict[str, Callable[[Seen], float]] = {
        "wall seconds": lambda each: each.cost.wall,
        "CPU seconds": lambda each: each.cost.cpu,
        "CPU seconds of the engine": lambda each: each.cost.own_cpu,
        "MB that the engine wrote": lambda each: each.cost.written / 1e6,
        "requests to the bucket": lambda each: each.requests,
    }
    first = FROM if FROM in seen else next(iter(seen))
    for title, measure in measures.items():
        one = [measure(each) for each in seen[first]]
        rows = [
            (name, *map(_cell, map(measure, steps), one))
            for name, steps in seen.items()
            if any(map(measure, steps))
        ]
        if rows:
            print(f"\n{title}, × {first}\n\n{table(('backend', *STEPS), rows)}", flush=True)


def _cell(value: float, one: float) -> str:
    shown = f"{value:.1f}".removesuffix(".0")
    return f"{shown} ×{value / one:.2f}" if one else shown


def _round(backend: Backend, folder: Path, configs: int, *, count: int) -> Iterator[Seen]:
    """The cost of each step, on a local cloud of its own."""
    seed = folder / "seed.yaml"
    seed.write_text(programs.seed(configs), encoding="utf-8")
    with Emulator(seed=seed) as cloud:
        parts = _parts(configs, count if backend.stacks else 1)
        every = [_stack(backend, folder, cloud, part) for part in parts]
        if backend.in_obs:
            cloud.faults({"service": "obs", "delay_seconds": ANSWER})
        for command, retries in STEPS.values():
            cloud.forget_requests()
            told = {"RETRIES": retries}
            cost = _run(every, command, told, at_once=backend.at_once)
            requests = sum("pulumi-state" in each["path"] for each in cloud.requests())
            yield Seen(cost, requests, sum(map(_state, every)))


def _parts(configs: int, count: int) -> list[range]:
    size = -(-configs // count)
    return [range(first, min(first + size, configs)) for first in range(0, configs, size)]


def _stack(backend: Backend, folder: Path, cloud: Emulator, part: range) -> Cli:
    """A stack with the configs of one part, which its program declares."""
    environment = dict(cloud.environment) | {"FIRST": str(part.start)}
    cli = stacks.stack(
        folder,
        programs.OURS,
        name=f"part-{part.start}",
        environment=environment,
        configs=len(part),
        walk=True,
        checkpoints=True,
    )
    settings = dict(cli.environment) | dict(backend.settings)
    settings["PULUMI_BACKEND_URL"] += backend.query
    if not backend.in_obs:
        return replace(cli, environment=settings)
    if part.start == 0:
        cloud.seed("buckets: [{name: pulumi-state}]\n")
    host = urlsplit(cloud.url).netloc
    region = cloud.environment["FUNCTIONGRAPH_REGION"]
    settings |= {
        "PULUMI_BACKEND_URL": f"s3://pulumi-state?endpoint=http://{host}"
        f"&s3ForcePathStyle=true&region={region}",
        "AWS_ACCESS_KEY_ID": cloud.environment["HUAWEICLOUD_SDK_AK"],
        "AWS_SECRET_ACCESS_KEY": cloud.environment["HUAWEICLOUD_SDK_SK"],
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
    }
    cli = replace(cli, environment=settings)
    cli.run("stack", "init", cli.stack, "--non-interactive")
    return cli


def _run(every: Sequence[Cli], command: str, told: Mapping[str, str], *, at_once: bool) -> Cost:
    """Run a command of each stack, one after the other or all at once; the cost of all."""
    measured = partial(stacks.cost_of, environment=told)
    with ThreadPoolExecutor(len(every) if at_once else 1) as pool:
        found = list(pool.map(lambda cli: measured(cli, command), every))
    whole = sum(found, Cost())
    return replace(whole, wall=max(each.wall for each in found)) if at_once else whole


def _state(cli: Cli) -> int:
    files = (Path(cli.environment["HOME"]) / "state/.pulumi/stacks").rglob("*.json*")
    return sum(each.stat().st_size for each in files if each.suffix in {".json", ".gz"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
