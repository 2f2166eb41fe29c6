"""What our provider adds to a run of the engine, beside a provider that does nothing.

Both programs declare the same properties. Runs of the two follow each other in turn, so that other
load on the machine meets both; shown are medians, and the median of the ratios of the pairs.

    python benchmarks/bench_engine.py [--configs 1 10 100 400] [--pairs 5] [--walk]
"""

import argparse
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import programs
import stacks
from e2e.engine_cli import Cli
from pulumi_functiongraph.emulator.process import Emulator
from report import table
from stacks import Cost

CONFIGS = (1, 10, 100, 400)
PAIRS = 5
MANY = 400
"""Configs from which two pairs must do: one takes a minute."""

AIM = 1.15
"""Ratio of CPU at 100 configs that we would like to stay below."""

STEPS = (
    ("preview, create", "preview"),
    ("up, create", "up"),
    ("preview, unchanged", "preview"),
    ("up, unchanged", "up"),
)
"""The steps of one round on an empty stack, and the command of each."""


@dataclass(frozen=True)
class Contestant:
    """A program with its stack, which can be emptied without the engine.

    Attributes:
        cli: the stack.
        state: the folder of its state.
        pristine: a copy of that folder from before the first run.
        cloud: the local cloud behind it.
    """

    cli: Cli
    state: Path
    pristine: Path
    cloud: Emulator

    def start_over(self) -> None:
        """Empty the stack and the cloud."""
        shutil.rmtree(self.state)
        shutil.copytree(self.pristine, self.state)
        self.cloud.reset()


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configs", type=int, nargs="+", default=CONFIGS)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--walk", action="store_true", help="let the gate look at what is deployed")
    chosen = parser.parse_args(arguments)
    print(f"The gate's walk over what is deployed is {'on' if chosen.walk else 'off'}.\n")
    with tempfile.TemporaryDirectory() as folder:
        for configs in chosen.configs:
            pairs = min(chosen.pairs, 2) if configs >= MANY else chosen.pairs
            print(_title(configs, pairs))
            place = Path(folder) / str(configs)
            print(table(_HEADS, _rows(_measured(place, configs, pairs, walk=chosen.walk))))
            print(flush=True)
    print(f"The aim is a ratio of {AIM} or less for CPU at 100 configs.")
    return 0


_HEADS = ("step", "CPU, nothing", "CPU, ours", "ratio", "wall, nothing", "wall, ours", "ratio")


def _title(configs: int, pairs: int) -> str:
    noun = "config" if configs == 1 else "configs"
    without = configs >= stacks.FAST_FROM
    mode = ", PULUMI_EXPERIMENTAL=1 PULUMI_SKIP_CHECKPOINTS=1" if without else ""
    return f"{configs} {noun}, {pairs} pairs, seconds{mode}"


def _rows(
    pairs: Sequence[Sequence[tuple[Cost, Cost]]],
) -> Iterator[tuple[str, ...]]:
    """Per step, from all rounds: medians of nothing's and our costs, and of their ratios."""
    for (name, _), of_step in zip(STEPS, zip(*pairs, strict=True), strict=True):
        row = [name]
        for kind in ("cpu", "wall"):
            both = [(getattr(ours, kind), getattr(nothing, kind)) for ours, nothing in of_step]
            row += [
                f"{median(nothing for _, nothing in both):.2f}",
                f"{median(ours for ours, _ in both):.2f}",
                f"{median(ours / nothing for ours, nothing in both):.2f}",
            ]
        yield tuple(row)


def _measured(
    folder: Path, configs: int, pairs: int, *, walk: bool
) -> list[list[tuple[Cost, Cost]]]:
    """Per round and step the cost of ours and of nothing, after a round that does not count."""
    with _contestants(folder, configs, walk=walk) as (ours, nothing):
        for each in (ours, nothing):
            each.cli.preview()
        rounds = []
        for number in range(pairs):
            order = (ours, nothing) if number % 2 else (nothing, ours)
            for each in order:
                each.start_over()
            rounds.append([_pair(order, command, ours) for _, command in STEPS])
        return rounds


def _pair(
    order: tuple[Contestant, Contestant], command: str, ours: Contestant
) -> tuple[Cost, Cost]:
    first, second = (stacks.cost_of(each.cli, command) for each in order)
    return (first, second) if order[0] is ours else (second, first)


@contextlib.contextmanager
def _contestants(
    folder: Path, configs: int, *, walk: bool
) -> Iterator[tuple[Contestant, Contestant]]:
    """Ours and nothing, on one local cloud."""
    folder.mkdir()
    seed = folder / "seed.yaml"
    seed.write_text(programs.seed(configs), encoding="utf-8")
    with Emulator(seed=seed) as cloud:
        found = {}
        for name, program in (("ours", programs.OURS), ("nothing", programs.NOTHING)):
            cli = stacks.stack(
                folder,
                program,
                name=name,
                environment=cloud.environment,
                configs=configs,
                walk=walk,
            )
            (cli.project / "nothing.py").write_text(programs.NOTHING_MODULE, encoding="utf-8")
            state = Path(cli.environment["HOME"]) / "state"
            pristine = folder / f"{name}-pristine"
            shutil.copytree(state, pristine)
            found[name] = Contestant(cli, state, pristine, cloud)
        yield found["ours"], found["nothing"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
