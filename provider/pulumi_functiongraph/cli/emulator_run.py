"""`fgctl emulator run`: one command with a local cloud of its own, which ends with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.cloud.auth.known_settings import is_decisive
from pulumi_functiongraph.emulator.command import Cloud
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.testing.running_cloud import EmulatorError

EPILOG = """\b
Exit codes: those of the command, 128 + N where signal N ended it; 2 also where it
or the local cloud could not be started.
Examples:
  fgctl emulator run -- pulumi preview
  fgctl emulator run --seed cloud.yaml --data ./cloud -- pulumi up --yes"""

_ENDED_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a command."""

_FAULTS = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP")
_OF_JOBS = ("SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT", "SIGCHLD", "SIGWINCH")
_LEFT = (*_FAULTS, *_OF_JOBS, "SIGKILL", "SIGPIPE", "SIGURG")
"""Signals that cannot be handed on, or are about this process alone."""

_HANDED_ON = signal.valid_signals() - {getattr(signal, name) for name in _LEFT}

_OF_KEYS = frozenset({signal.SIGINT, signal.SIGQUIT})
"""Ctrl-C and Ctrl-\\: a terminal sends them to each process in its foreground."""


def run(
    words: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND...", help="The command and its arguments.")
    ],
    *,
    seed: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML file with what a new state holds; built-in else."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder that keeps the state; in memory else."),
    ] = None,
    cloud: Annotated[Cloud, typer.Option(help="Which cloud to stand in for.")] = Cloud.HUAWEI,
    run_code: Annotated[
        bool,
        typer.Option(
            "--run-code", help="Run the code of uploaded functions, too; there is no sandbox."
        ),
    ] = False,
) -> None:
    """Run a command with a local cloud, whose address and keys are in its environment.

    The local cloud has what the seed says, and ends with the command, however that ends. Variables
    that lead to another cloud, or hold a key of one, are taken out of that environment.
    """
    program = shutil.which(words[0])
    if program is None:
        raise refused(f"{words[0]}: there is no such command")
    try:
        started = Emulator(
            cloud=cloud.value, seed=seed, data=data, run_code=run_code, new_session=True
        )
    except EmulatorError as error:
        raise refused(str(error)) from error
    typer.echo(f"local cloud: {started.url}/ in a browser shows what happens there", err=True)
    with started:
        code = _ended([program, *words[1:]], started.environment)
    raise typer.Exit(code)


def _ended(command: Sequence[str], environment: dict[str, str]) -> int:
    """The exit code of a command, which gets the signals that this process gets."""
    others = {name: value for name, value in os.environ.items() if not is_decisive(name)}
    told = {**others, **environment}
    with _handed_on() as hand_to, subprocess.Popen(command, env=told) as process:  # noqa: S603 - the user's own command
        hand_to(process.send_signal)
        code = process.wait()
    return code if code >= 0 else _ENDED_BY_SIGNAL - code


@contextmanager
def _handed_on() -> Iterator[Callable[[Callable[[int], None]], None]]:
    """Hand signals on to whoever is named, those that came before, too.

    A signal that whoever started this process has it ignore, as `nohup` does, stays ignored.
    """
    early: list[int] = []
    sends: list[Callable[[int], None]] = [early.append]

    def hand_on(number: int, _frame: object) -> None:
        if number not in _OF_KEYS or not _is_in_foreground():
            sends[-1](number)

    def receiver(send: Callable[[int], None]) -> None:
        sends.append(send)
        for number in early:
            send(number)

    before = {
        number: signal.signal(number, hand_on)
        for number in _HANDED_ON
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield receiver
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_in_foreground() -> bool:
    """Whether what is typed reaches this process, and then the command as well."""
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
