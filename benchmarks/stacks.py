"""Stacks of the benchmarks, with the CLI of the engine tests, and what a command of it costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from e2e.engine_cli import Cli, engine_environment, engine_missing, write_project

FAST_FROM = 100
"""Configs from which the state is not written after each one: that cost grows with its square."""


@dataclass(frozen=True)
class Cost:
    """What a run of the engine cost.

    Attributes:
        cpu: seconds of user and system time of the CLI and all its descendants.
        wall: seconds from start to end.
        own_cpu: those of ``cpu`` that the CLI took itself, which is the engine.
        written: bytes that it wrote itself, to files and to connections.
    """

    cpu: float = 0.0
    wall: float = 0.0
    own_cpu: float = 0.0
    written: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.cpu + other.cpu,
            self.wall + other.wall,
            self.own_cpu + other.own_cpu,
            self.written + other.written,
        )


def stack(
    folder: Path,
    program: str,
    *,
    name: str,
    environment: Mapping[str, str],
    configs: int,
    walk: bool,
    checkpoints: bool = False,
) -> Cli:
    """Make a stack with a state folder of its own.

    Args:
        folder: holds project, home and state.
        program: text of ``__main__.py``.
        name: the project's name.
        environment: how the cloud is reached.
        configs: how many the program declares.
        walk: whether the gate looks at what is deployed, as it does unless told otherwise.
        checkpoints: whether the state is written after each config, however many there are.
    """
    if reason := engine_missing():
        sys.exit(f"bench: {reason}")
    project = write_project(folder / name, program, name=name)
    is_fast = configs >= FAST_FROM and not checkpoints
    settings = engine_environment(folder / f"{name}-home", skip_checkpoints=is_fast)
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run would compile what it imports
    live = {"FUNCTIONGRAPH_LIVE_GRAPH": "on" if walk else "off"}
    chosen = {**environment, **live, "CONFIGS": str(configs), "RETRIES": "2"}
    cli = Cli(project, "bench", {**settings, **chosen})
    cli.run("stack", "init", cli.stack, "--non-interactive")
    return cli


def cost_of(cli: Cli, command: str, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command of a stack and measure it.

    The engine waits for its plugins and the language host for the program. So between its end and
    the moment in which it is waited for, the engine's own entry tells the usage of them all.

    Args:
        cli: the stack.
        command: such as ``preview`` or ``up``, which previews first, as it does for users.
        environment: added to the stack's for this one command.

    Raises:
        AssertionError: it failed; the message holds what it said.
    """
    options = ["--stack", cli.stack, "--non-interactive", "--color=never", "--suppress-permalink"]
    if command.split(maxsplit=1)[0] != "preview":
        options.append("--yes")
    start = time.perf_counter()
    with subprocess.Popen(
        ["pulumi", *command.split(), *options],
        cwd=cli.project,
        env={**cli.environment, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        said = process.stdout.read() if process.stdout else b""
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        wall = time.perf_counter() - start
        ended = psutil.Process(process.pid)
        times, written = ended.cpu_times(), ended.io_counters().write_chars
    assert process.returncode == 0, said.decode(errors="replace")
    own = times.user + times.system
    return Cost(own + times.children_user + times.children_system, wall, own, written)
