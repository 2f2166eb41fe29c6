"""How a command ends when it cannot do what it was asked to."""

from __future__ import annotations

import typer


def refused(message: str) -> typer.Exit:
    """Say why on standard error; what to raise to end with 2."""
    typer.echo(message, err=True)
    return typer.Exit(2)
