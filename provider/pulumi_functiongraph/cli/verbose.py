"""What `--verbose` tells on standard error."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.settings import Settings


class _Told(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        typer.echo(record.getMessage(), err=True)


def _agency(settings: Settings) -> str:
    from pulumi_functiongraph.cloud.auth.credentials import AssumedAgency

    found = settings.credentials
    if not isinstance(found, AssumedAgency):
        return ""
    return f", as agency {found.name} of account {found.account}"


@contextmanager
def requests_told(settings: Settings, *, verbose: bool) -> Iterator[None]:
    """Say whose credentials are used, and tell each request: service, method, status, id.

    Args:
        settings: where the credentials come from; what they are is never said.
        verbose: whether anything is told.
    """
    if not verbose:
        yield
        return
    typer.echo(f"credentials from {settings.source}{_agency(settings)}", err=True)
    logger, handler = logging.getLogger("pulumi_functiongraph"), _Told()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
