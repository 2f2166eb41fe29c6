"""Stacks of the benchmarks, with the CLI of the engine tests, and what a command of it costs."""

import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from e2e.engine_cli import Cli, Result, engine_environment, engine_missing, write_project

FAST_FROM = 100
"""Configs from which the state is not written after each one: that cost grows with its square."""


@dataclass(frozen=True)
class Cost:
    """What one command cost.

    Attributes:
        cpu: seconds of user and system time of the CLI and all its descendants.
        wall: seconds from start to end.
    """

    cpu: float
    wall: float


def stack(
    folder: Path,
    program: str,
    *,
    name: str,
    environment: Mapping[str, str],
    configs: int,
    walk: bool,
) -> Cli:
    """Make a stack with a state folder of its own.

    Args:
        folder: holds project, home and state.
        program: text of ``__main__.py``.
        name: the project's name.
        environment: how the cloud is reached.
        configs: how many the program declares.
        walk: whether the gate looks at what is deployed, as it does unless told otherwise.
    """
    if reason := engine_missing():
        sys.exit(f"bench: {reason}")
    project = write_project(folder / name, program, name=name)
    settings = engine_environment(folder / f"{name}-home", skip_checkpoints=configs >= FAST_FROM)
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run would compile what it imports
    live = {"FUNCTIONGRAPH_LIVE_GRAPH": "on" if walk else "off"}
    chosen = {**environment, **live, "CONFIGS": str(configs), "RETRIES": "2"}
    cli = Cli(project, "bench", {**settings, **chosen})
    cli.run("stack", "init", cli.stack, "--non-interactive")
    return cli


def cost_of(cli: Cli, command: str, environment: Mapping[str, str] | None = None) -> Cost:
    """Run ``preview`` or ``up`` (with its preview, as users do) and measure it.

    The engine waits for its plugins and the language host for the program, so the usage of waited
    children covers them all. Nothing else may be waited for meanwhile.
    """
    before, start = _children(), time.perf_counter()
    given = dict(environment or {})
    if command == "up":
        result: Result = cli.up(preview=True, environment=given)
    else:
        result = cli.preview(environment=given)
    wall = time.perf_counter() - start
    assert result.exit_code == 0
    return Cost(_children() - before, wall)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
