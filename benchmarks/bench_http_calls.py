"""How many HTTP requests the provider sends per config, against a budget; exit code 1 when over.

The emulator's own log counts them, so nothing that reaches the cloud is missed: requests of the
program and of retries count as well. The budget is the provider's, so the gate's walk over what is
deployed is off and its pre-check is not counted while it is judged; a second table tells what a
user's run sends with both.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import programs
import stacks
from e2e.engine_cli import Cli
from pulumi_functiongraph.emulator.process import Emulator
from report import table

CONFIGS = 20


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
    Step("create", lambda cli: cli.up(), budget=4, writes=1),
    Step("unchanged", lambda cli: cli.up(), budget=0, writes=0),
    Step("update", lambda cli: cli.up(environment={"RETRIES": "3"}), budget=2, writes=1),
    Step("delete", lambda cli: cli.destroy(), budget=1, writes=1),
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
    return 1 if failures else 0


def _counted(*, walk: bool) -> Iterator[tuple[float, float]]:
    """Per step, the requests and the writes of each config."""
    with tempfile.TemporaryDirectory() as folder, Emulator() as cloud:
        cloud.seed(programs.seed(CONFIGS))
        cli = stacks.stack(
            Path(folder),
            programs.OURS,
            name="ours",
            environment=cloud.environment,
            configs=CONFIGS,
            walk=walk,
        )
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
