"""What a command reports on standard error while it reads: progress, or each request."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.settings import Settings

LIVE = "reading what is live"
ASKING = "asking what notifications need"
OF_PULUMI = "asking Pulumi for stacks"


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], object]]:
    """A bar on a terminal only, with rate and time left once it is known how much there is.

    Yields:
        What is called with how much is done, and of how much.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[counts]}"),
        TaskProgressColumn("", "", show_speed=True),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, counts="")
        yield lambda done, every: bar.update(
            task, completed=done, total=every, counts=f"{done}/{every}"
        )


@contextmanager
def reading(
    what: str, settings: Settings, *, quiet: bool, verbose: bool
) -> Iterator[Callable[[int, int], object]]:
    """Progress while a cloud is asked, or each request; neither when quiet.

    Yields:
        As `progress`.
    """
    with (
        requests_logged(settings, verbose=verbose),
        progress(what, quiet=quiet or verbose) as report,
    ):
        yield report


@contextmanager
def requests_logged(settings: Settings, *, verbose: bool) -> Iterator[None]:
    """Log whose credentials are used, but no key, and each request: service, method, status, id."""
    if not verbose:
        yield
        return
    from pulumi_functiongraph.cloud.auth.credentials import AssumedAgency

    agency = settings.credentials
    assumed = ""
    if isinstance(agency, AssumedAgency):
        assumed = f", as agency {agency.name} of account {agency.account}"
    typer.echo(f"credentials from {settings.source}{assumed}", err=True)
    logger, handler = logging.getLogger("pulumi_functiongraph"), _StandardError()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


class _StandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        typer.echo(record.getMessage(), err=True)
