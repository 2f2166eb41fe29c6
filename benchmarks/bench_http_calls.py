"""How many HTTP requests the provider sends per config, against a budget; exit code 1 when over.

The emulator's own log counts them, so nothing that reaches the cloud is missed: requests of the
program and of retries count as well. The budget is the provider's, so the gate's walk over what is
deployed is off and its pre-check is not counted while it is judged; a second table tells what a
user's run sends with both, and a third what it sends where the program makes the functions, so that
each hook looks again: that may grow with the configs, and not with their square.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import programs
import stacks
from e2e.engine_cli import Cli
from pulumi_functiongraph.emulator.process import Emulator
from report import table

CONFIGS = 20

OF_CREATED = (20, 100)
MOST_OF_CREATED = 14.0

UNCHANGED = 100
MOST_OF_UNCHANGED = {"targets": 1.5, "on": 6.5}
"""Requests of a config of many that nobody changes, by what is read of the project.

All have one bucket as target. With ``on`` each function of the project is asked for its configs,
its triggers and its aliases, in the preview and again in the update: no document says that a bucket
tells all that it triggers.
"""


@dataclass(frozen=True)
class Step:
    """One command and what it may cost.

    Attributes:
        name: what happens to each config.
        run: runs the command, which previews and applies.
        budget: most requests per config, preview and apply together.
        writes: changes per config that must reach the cloud, or the count would prove nothing.
    """

    name: str
    run: Callable[[Cli], object]
    budget: float
    writes: int


STEPS = (
    Step("create", lambda cli: cli.up(preview=True), budget=4, writes=1),
    Step("unchanged", lambda cli: cli.up(preview=True), budget=0, writes=0),
    Step(
        "update", lambda cli: cli.up(preview=True, environment={"RETRIES": "3"}), budget=2, writes=1
    ),
    Step("delete", lambda cli: cli.destroy(), budget=2, writes=1),
)


def main() -> int:
    """Print the tables and return the exit code."""
    seen, failures = [], []
    for step, (requests, writes) in zip(STEPS, _counted(walk=False), strict=True):
        is_kept = requests <= step.budget and writes == step.writes
        failures += [] if is_kept else [step.name]
        verdict = "kept" if is_kept else "over"
        seen.append((step.name, f"{requests:g}", f"{step.budget:g}", f"{writes:g}", verdict))
    print(f"HTTP requests per config, preview and apply together, of {CONFIGS} configs")
    print(table(("step", "requests", "at most", "of them writes", "budget"), seen))
    if failures:
        print(f"over budget, or not the writes that were expected: {', '.join(failures)}")
    whole = zip(STEPS, _counted(walk=True), strict=True)
    print("\nThe same with all that the gate looks at, as users run it; there is no budget")
    print(table(("step", "requests"), [(step.name, f"{sent:g}") for step, (sent, _) in whole]))
    created = [(number, _of_created(number)) for number in OF_CREATED]
    print(f"\nCreate, of functions that the program makes; at most {MOST_OF_CREATED:g}")
    print(table(("configs", "requests per config"), [(str(n), f"{sent:g}") for n, sent in created]))
    unchanged = [(live, _of_unchanged(live), most) for live, most in MOST_OF_UNCHANGED.items()]
    print(f"\nUnchanged, of {UNCHANGED} configs with one bucket, with all that the gate looks at")
    rows = [(live, f"{sent:g}", f"{most:g}") for live, sent, most in unchanged]
    print(table(("liveGraph", "requests per config", "at most"), rows))
    too_many = [f"created, {number}" for number, sent in created if sent > MOST_OF_CREATED]
    too_many += [f"unchanged, liveGraph {live}" for live, sent, most in unchanged if sent > most]
    if too_many:
        print(f"over budget: {'; '.join(too_many)}")
    return 1 if failures or too_many else 0


@contextmanager
def _stack(program: str, *, configs: int, walk: bool) -> Iterator[tuple[Emulator, Cli]]:
    """A stack of a program, and the local cloud with its functions."""
    with tempfile.TemporaryDirectory() as folder, Emulator() as cloud:
        cloud.seed(programs.seed(configs))
        environment = cloud.environment
        yield (
            cloud,
            stacks.stack(
                Path(folder),
                program,
                name="ours",
                environment=environment,
                configs=configs,
                walk=walk,
            ),
        )


def _of_created(configs: int) -> float:
    """The requests of each config of a function that the same program makes."""
    with _stack(programs.CREATED, configs=configs, walk=True) as (cloud, cli):
        (cli.project / "function.py").write_text(programs.FUNCTION_MODULE, encoding="utf-8")
        cloud.forget_requests()
        cli.up(preview=True)
        return len(cloud.requests()) / configs


def _of_unchanged(live: str) -> float:
    """The requests of each of many configs in an `up` with its preview that changes nothing."""
    with _stack(programs.OURS, configs=UNCHANGED, walk=True) as (cloud, cli):
        environment = {"FUNCTIONGRAPH_LIVE_GRAPH": live}
        cli.up(environment=environment)
        cloud.forget_requests()
        cli.up(preview=True, environment=environment)
        return len(cloud.requests()) / UNCHANGED


def _counted(*, walk: bool) -> Iterator[tuple[float, float]]:
    """Per step, the requests and the writes of each config."""
    with _stack(programs.OURS, configs=CONFIGS, walk=walk) as (cloud, cli):
        for step in STEPS:
            cloud.forget_requests()
            step.run(cli)
            sent = [each for each in cloud.requests() if walk or _is_of_provider(each)]
            yield len(sent) / CONFIGS, len(cloud.writes()) / CONFIGS


def _is_of_provider(request: Mapping[str, Any]) -> bool:
    """Whether it is no look of the gate's pre-check: those read functions, agencies and targets."""
    return request["writing"] or "async-invoke" in request["path"]


if __name__ == "__main__":
    sys.exit(main())
