"""`fgctl invoke`: run a function, at once or later."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from pulumi_functiongraph.cli.account import project_of, settings_of
from pulumi_functiongraph.cli.exits import errors_end_command, refused
from pulumi_functiongraph.cli.options import (
    CloudOption,
    ProjectOption,
    QuietOption,
    RegionOption,
    VerboseOption,
)
from pulumi_functiongraph.cli.progress import requests_logged
from pulumi_functiongraph.cloud.http.no_answer import is_loopback
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.invocations import LISTED, Invocations, Requested
from pulumi_functiongraph.core.errors import NotFound
from pulumi_functiongraph.core.names import FunctionUrn, other_reading
from pulumi_functiongraph.core.one_line import on_one_line, visible

EPILOG = """\b
Exit codes: 0 done, 1 the function failed, 2 it was not run, or nobody knows.
Examples:
  fgctl invoke orders --data '{"order": 7}'
  fgctl invoke orders --data @order.json --async --wait"""

MAX_WAIT = 86_400
"""Seconds; the longest validity of a request (product document, Table 1)."""

DEFAULT_WAIT = 300
"""Seconds."""

_MARGIN = timedelta(minutes=15)
"""By which the clocks of this machine and of a service may differ: dates of signatures may."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two looks; each pause is half as long again as the one before."""


def invoke(  # noqa: PLR0913 - typer reads one parameter for each option
    function: Annotated[
        str,
        typer.Argument(
            metavar="FUNCTION", help="Name, package/name:version, package/name:!alias or URN."
        ),
    ],
    *,
    data: Annotated[
        str,
        typer.Option(
            metavar="JSON",
            help="The event, a JSON object; @FILE is what is in a file, @- standard input.",
        ),
    ] = "{}",
    asynchronously: Annotated[
        bool,
        typer.Option(
            "--async", help="Queue it, and print the id of the request; results are notified."
        ),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="With --async (implied): wait for its end.")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=MAX_WAIT,
            metavar="SECONDS",
            help=f"With --wait: how long; {DEFAULT_WAIT} when left out.",
        ),
    ] = None,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run a function of the cloud, and print what it returns.

    A run is not repeated when its answer is lost, since nobody knows whether it was made.
    """
    event = _event(data)
    if timeout is not None and not wait:
        raise refused("--timeout: only --wait waits; a run without it has the function's time-out")
    seconds = DEFAULT_WAIT if timeout is None else timeout
    with errors_end_command():
        settings = settings_of(region=region, project_id=project_id, cloud=cloud, quiet=quiet)
    with (
        errors_end_command(),
        closing(Session(settings)) as session,
        requests_logged(settings, verbose=verbose),
    ):
        named_region, named_project = project_of(session)
        urn = FunctionUrn.parse(
            function, region=named_region, project_id=named_project, path="FUNCTION"
        )
        invocations = Invocations(session)
        try:
            if wait:
                address = session.settings.endpoints.url("functiongraph", region=urn.region)
                code = _queue_and_wait(invocations, urn, event, seconds, address)
            elif asynchronously:
                typer.echo(on_one_line(invocations.invoke_async(urn, event)))
                code = 0
            else:
                code = _run(invocations, urn, event)
        except NotFound as error:
            raise refused("; ".join(filter(None, (str(error), other_reading(urn))))) from error
    raise typer.Exit(code)


def _event(data: str) -> Mapping[str, object]:
    """The event of ``--data``.

    Raises:
        typer.Exit: it is no JSON object, or its file cannot be read; the message says which.
    """
    source = data.removeprefix("@") if data.startswith("@") else ""
    try:
        text = _read(source) if source else data
        event = json.loads(text, parse_constant=_no_json)
    except OSError as error:
        raise refused(f"--data: {source}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise refused(f"--data: is no JSON{f' in {source}' if source else ''}") from error
    if not isinstance(event, dict):
        raise refused("--data: must be a JSON object, such as '{\"order\": 7}'")
    return event


def _read(source: str) -> str:
    return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")


def _no_json(_name: str) -> object:
    raise ValueError


def _run(invocations: Invocations, urn: FunctionUrn, event: Mapping[str, object]) -> int:
    returned = invocations.invoke(urn, event)
    _print(returned.text)
    if returned.failed:
        told = on_one_line(returned.request_id)
        typer.echo(f"{urn.short} failed (request id {told})", err=True)
    return 1 if returned.failed else 0


def _queue_and_wait(
    invocations: Invocations,
    urn: FunctionUrn,
    event: Mapping[str, object],
    timeout: float,
    address: str,
) -> int:
    _warn_of_standing_clock(address)
    request_id = invocations.invoke_async(urn, event)
    shown = on_one_line(request_id)
    typer.echo(shown)
    last = _wait(invocations, urn, request_id, timeout)
    _show_log(address, request_id)
    if last is None or not last.is_over:
        state = (
            "is not listed; Huawei Cloud may list requests only where the config has "
            "enable_async_status_log"
            if last is None
            else f"is {last.status}"
        )
        raise refused(f"after {timeout:g} s the request {shown} {state}")
    _print(f"{last.status}: {last.error}" if last.error else last.status)
    return 0 if last.status == "SUCCESS" else 1


def _warn_of_standing_clock(address: str) -> None:
    """Say how the time is moved where a local cloud does not move it by itself."""
    if _shown_by_local_cloud(address, "clock").get("virtual"):
        typer.echo(
            "the clock of this local cloud stands still, and nothing runs until it is moved: "
            f"curl -d '{{\"idle\": true}}' {address}/_emulator/clock",
            err=True,
        )


def _show_log(address: str, request_id: str) -> None:
    """Print what the runs of a request have printed, which a local cloud tells and no other."""
    query = urlencode({"request_id": request_id})
    found = _shown_by_local_cloud(address, f"invocations?{query}")
    for each in found.get("invocations", ()):
        if each["log"]:
            _print(each["log"].rstrip("\n"), err=True)


def _shown_by_local_cloud(address: str, name: str) -> Mapping[str, Any]:
    """What a control of a local cloud shows; nothing where there is no local cloud."""
    if not is_loopback(address):
        return {}
    from pulumi_functiongraph.emulator.testing.running_cloud import EmulatorError, RunningCloud

    try:
        shown = RunningCloud(address).control("GET", name, seconds=_LONGEST_PAUSE)
    except (EmulatorError, OSError, ValueError):
        return {}
    return shown if isinstance(shown, Mapping) else {}


def _wait(
    invocations: Invocations, urn: FunctionUrn, request_id: str, timeout: float
) -> Requested | None:
    """The request at its end, or as it is when the time is over."""
    since, began, pause = datetime.now(UTC) - _MARGIN, time.monotonic(), _FIRST_PAUSE
    while True:
        waited = time.monotonic() - began
        # Named only when it must be: the clock of a local cloud may be virtual.
        is_listed = timedelta(seconds=waited) < LISTED - _MARGIN
        found = invocations.find_request(urn, request_id, since=None if is_listed else since)
        left = timeout - waited
        if left <= 0 or (found is not None and found.is_over):
            return found
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _print(text: str, *, err: bool = False) -> None:
    """What a function returned or printed; on a terminal, what controls it is written out."""
    is_terminal = (sys.stderr if err else sys.stdout).isatty()
    shown = "\n".join(map(visible, text.split("\n"))) if is_terminal else text
    typer.echo(shown, err=err)
