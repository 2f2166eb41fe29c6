"""`fgctl emulator`: the local cloud, as `python -m pulumi_functiongraph.emulator` starts it."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import typer

from pulumi_functiongraph.cli import emulator_run
from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.emulator import command

if TYPE_CHECKING:
    from pulumi_functiongraph.emulator.testing.running_cloud import RunningCloud

INSTALL = "pip install 'pulumi-functiongraph[emulator]'"

EXPORTED = "FUNCTIONGRAPH_ENDPOINTS"
"""The variable among those that `fgctl emulator` prints which holds its address."""

emulator = typer.Typer(
    invoke_without_command=True,
    subcommand_metavar="[run|tail]",
    rich_markup_mode=None,
    add_completion=False,
)


def _start(context: typer.Context, **options: Any) -> None:
    """Run the local cloud, or say how to install what it needs."""
    if context.invoked_subcommand is not None:
        return
    try:
        command.emulator(**{**options, "unset": _decisive()})
    except ModuleNotFoundError as error:
        if str(error.name).startswith("pulumi_functiongraph"):
            raise
        typer.echo(f"The local cloud needs {error.name}, which is not installed.", err=True)
        typer.echo(f"Install what it needs with: {INSTALL}", err=True)
        raise typer.Exit(2) from None


def _decisive() -> list[str]:
    """The variables that would lead a client elsewhere: known ones, and others that are set."""
    from pulumi_functiongraph.cloud.auth.known_settings import VARIABLES, is_decisive

    return sorted(filter(is_decisive, {*os.environ, *(entry.name for entry in VARIABLES)}))


def _as_callback() -> Any:
    """`_start` with the options of the command that it starts, as typer reads them."""
    signature = inspect.signature(command.emulator)
    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )

    def start(*arguments: Any, **options: Any) -> None:
        _start(*arguments, **options)

    start.__doc__ = command.emulator.__doc__
    start.__annotations__ = {"context": typer.Context, **command.emulator.__annotations__}
    start.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what inspect reads
        parameters=[context, *signature.parameters.values()]
    )
    return start


emulator.callback()(_as_callback())
emulator.command("run", epilog=emulator_run.EPILOG)(emulator_run.run)


@emulator.command(
    epilog="\b\nExit codes: 0 the local cloud ended, 2 there is none at that address.\n"
    "Examples:\n"
    "  fgctl emulator tail\n"
    "  fgctl emulator tail --url http://127.0.0.1:8080 --function orders"
)
def tail(
    *,
    url: Annotated[
        str, typer.Option(metavar="URL", help=f"Its address; as {EXPORTED} says otherwise.")
    ] = "",
    function: Annotated[
        str, typer.Option(metavar="NAME", help="Only the requests of this function.")
    ] = "",
    last: Annotated[
        int, typer.Option(min=0, max=1000, metavar="N", help="How many former lines to begin with.")
    ] = 10,
) -> None:
    """Show what happens on a running local cloud, a line a step, until it ends."""
    from pulumi_functiongraph.cloud.endpoints import problem_with
    from pulumi_functiongraph.core.one_line import visible
    from pulumi_functiongraph.emulator.testing.running_cloud import RunningCloud
    from pulumi_functiongraph.emulator.testing.transcript import line_text, printed

    address = url or _exported()
    if problem_with(address) or not address.startswith("http://"):
        raise refused(f"--url {address}: must be such as http://127.0.0.1:8080")
    chosen = {"function": function} if function else {}
    cloud = RunningCloud(address)
    _say_what_is_missing(cloud, chosen)
    lines = cloud.follow_journal(last=last, **chosen)
    while (line := _next(lines)) is not None:
        for text in (line_text(line), *printed(line)):
            typer.echo(visible(text))
    typer.echo(f"the local cloud at {address} ended", err=True)


def _say_what_is_missing(cloud: RunningCloud, chosen: Mapping[str, str]) -> None:
    """Say why there may be nothing to show, as for a function that is not there.

    Raises:
        typer.Exit: no local cloud answers, or it refuses what is chosen; the message says which.
    """
    from http.client import HTTPException

    from pulumi_functiongraph.emulator.testing.running_cloud import EmulatorError

    try:
        page = cloud.control("GET", f"journal?{urlencode({**chosen, 'last': 1, 'wait': 0})}")
    except EmulatorError as error:
        raise refused(str(error)) from error
    except (OSError, ValueError, HTTPException) as error:
        why = getattr(error, "strerror", "") or error
        raise refused(f"no local cloud answers at {cloud.url}: {why}") from error
    if page.get("reason"):
        typer.echo(f"{page['reason']}; nothing is shown until then", err=True)


def _next(lines: Iterator[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The next line, None when the cloud has ended.

    Raises:
        typer.Exit: the lines that were asked for cannot be; the message says why.
    """
    from pulumi_functiongraph.emulator.testing.running_cloud import EmulatorError

    try:
        return next(lines)
    except EmulatorError as error:
        raise refused(str(error)) from error
    except OSError:
        return None


def _exported() -> str:
    """The address that the environment names.

    Raises:
        typer.Exit: it names none; the message says so.
    """
    try:
        address = json.loads(os.environ.get(EXPORTED, "{}"))["functiongraph"]
    except (ValueError, KeyError, TypeError):
        address = ""
    if not isinstance(address, str) or not address:
        raise refused("say which one with --url, or export what fgctl emulator prints")
    return address
