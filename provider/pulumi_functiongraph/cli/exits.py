"""How a command ends when it cannot do what it was asked to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.one_line import visible


def refused(message: str) -> typer.Exit:
    """Say why on standard error; what to raise to end with 2.

    Args:
        message: lines, which may quote what was read: what controls a terminal is written out.
    """
    typer.echo("\n".join(map(visible, message.split("\n"))), err=True)
    return typer.Exit(2)


@contextmanager
def errors_end_command(option: str = "") -> Iterator[None]:
    """End the command with 2 where settings, an input or a cloud do not let it go on.

    The message begins with the option that was read, such as ``--stack FILE``.

    Raises:
        typer.Exit: one of these; the message says which and why.
    """
    about = f"{option}: " if option else ""
    try:
        yield
    except FunctionGraphError as error:
        raise refused(f"{about}{error}") from error
    except OSError as error:
        raise refused(f"{about}{error.strerror or error}") from error
