"""The command that starts the local cloud; `fgctl emulator` is the same function."""

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    import socket

    from pulumi_functiongraph.emulator.seeds.models import Seed

READY = "ready"
"""First word of the line that says the server takes requests; the address follows."""

GOES_ON = (
    'note: it runs until it is interrupted, so eval "$(…)" and source <(…) never end. Either\n'
    "  fgctl emulator --export >cloud.env &\n"
    "and, once it is ready, . ./cloud.env; or fgctl emulator run -- bash"
)
"""Said where a program, such as a shell, may read what is printed to its end."""


class Cloud(StrEnum):
    """The clouds that can be stood in for."""

    HUAWEI = "huawei"
    OTC = "otc"


class ClockName(StrEnum):
    """How the local cloud's time passes."""

    REAL = "real"
    VIRTUAL = "virtual"


def emulator(  # noqa: PLR0913 - typer reads one parameter for each option
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 0,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    allow_remote: Annotated[
        bool,
        typer.Option(
            "--allow-remote",
            help="Let --host be an address that other machines reach: whoever reaches it can use "
            "every control and read every key. They call it by a name in --allow-host.",
        ),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder that keeps the state; in memory when left out."),
    ] = None,
    cloud: Annotated[Cloud, typer.Option(help="Which cloud to stand in for.")] = Cloud.HUAWEI,
    clock: Annotated[
        ClockName,
        typer.Option(help="Time that passes, or that only POST /_emulator/clock moves."),
    ] = ClockName.REAL,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Take requests that call this machine by that name, too; may be repeated.",
        ),
    ] = None,
    seed: Annotated[
        Path | None,
        typer.Option(help="YAML file with what a new state holds; built-in when left out."),
    ] = None,
    run_code: Annotated[
        bool,
        typer.Option(
            "--run-code",
            help="Run the code of uploaded functions, too, not only of those in the seed file: "
            "whoever can reach the port then runs code as you, without a sandbox.",
        ),
    ] = False,
    export: Annotated[
        bool,
        typer.Option(
            "--export",
            help="Print only what a shell can source; the address on standard error. It goes on "
            "to run: send the output to a file, in the background.",
        ),
    ] = False,
    unset: Annotated[
        list[str] | None,
        typer.Option(hidden=True, metavar="NAME", help="A variable for the shell to forget."),
    ] = None,
    until_input_ends: Annotated[bool, typer.Option("--until-input-ends", hidden=True)] = False,
) -> None:
    """Run a local cloud: FunctionGraph, IAM, SMN, DIS and OBS, for programs of this machine.

    Prints `ready <address>` once it takes requests, then the environment variables to export. The
    address in a browser is a page that shows what happens, and operates it.

    It runs until it is interrupted, so that eval "$(fgctl emulator --export)" never ends. For one
    shell use fgctl emulator run -- bash. For several use fgctl emulator --export >cloud.env & and,
    once it is ready, source ./cloud.env in each.

    Example: fgctl emulator --port 8080 --data ./cloud --seed seed.yaml
    """
    from pulumi_functiongraph.emulator import environment, server
    from pulumi_functiongraph.emulator.clock import Clock, VirtualClock
    from pulumi_functiongraph.emulator.http.hosts import is_host
    from pulumi_functiongraph.emulator.local_cloud import LocalCloud
    from pulumi_functiongraph.emulator.seeds.models import SeedError
    from pulumi_functiongraph.emulator.state.folder import StateError

    for name in allow_host or ():
        if not is_host(name):
            _fail(
                f"--allow-host {name!r} is no host name; give one such as docker.internal, without "
                "scheme, port or wildcard"
            )
    try:
        wanted = None if seed is None else _load(seed)
        if wanted is not None and wanted.cloud not in {None, cloud.value}:
            _fail(f"{seed} is made for --cloud {wanted.cloud}, not for --cloud {cloud.value}")
        listener = _listen(host, port, allow_remote=allow_remote)
        local_cloud = LocalCloud(
            name=cloud.value,
            seed=wanted,
            directory=data,
            clock=VirtualClock() if clock is ClockName.VIRTUAL else Clock(),
            runs_code=run_code,
        )
    except SeedError as error:
        _fail(error.text(str(seed)))
    except StateError as error:
        _fail(str(error))
    url = server.url_of(listener)

    def announce() -> None:
        variables = local_cloud.store.read(
            lambda connection: environment.variables(connection, cloud=cloud.value, url=url)
        )
        typer.echo(f"{READY} {url}", err=export)
        typer.echo(environment.exports(variables, unset=unset or ()))
        sys.stdout.flush()
        if export and not sys.stdout.isatty():
            typer.echo(GOES_ON, err=True)
        gc.freeze()
        gc.enable()

    for note in local_cloud.store.notes:
        typer.echo(f"note: {note}", err=True)
    if not server.is_loopback(listener):
        ran = ", and run code as you (--run-code)" if run_code else ""
        typer.echo(
            f"warning: other machines can reach {host}: without credentials they can use every "
            f"control, read every key and what is stored{ran}. Use it in a network of your own, "
            "such as that of containers.",
            err=True,
        )
    server.serve(
        local_cloud,
        listener=listener,
        on_ready=announce,
        allowed_hosts=allow_host or (),
        lifeline=sys.stdin.fileno() if until_input_ends else None,
    )


def _listen(host: str, port: int, *, allow_remote: bool) -> "socket.socket":
    from pulumi_functiongraph.emulator import server

    try:
        return server.listen(host=host, port=port, allow_remote=allow_remote)
    except server.NotLoopbackError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"cannot listen on {host} port {port}: {error}")


def _load(file: Path) -> "Seed":
    from pulumi_functiongraph.emulator.seeds.documents import load_seed

    return load_seed(file)


def _fail(message: str) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(2)


def main(argv: list[str] | None = None) -> int:
    """Run the command with `argv`, or with the process's arguments; returns the exit code."""
    application = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    application.command()(emulator)
    try:
        result = application(
            args=argv, standalone_mode=False, prog_name="python -m pulumi_functiongraph.emulator"
        )
    except typer.Abort:
        return 130
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        return 2
    return result if isinstance(result, int) else 0
