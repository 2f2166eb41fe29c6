"""`fgctl emulator`: the local cloud, as `python -m pulumi_functiongraph.emulator` starts it."""

from __future__ import annotations

from functools import wraps
from typing import Any

import typer

from pulumi_functiongraph.emulator import command

INSTALL = "pip install 'pulumi-functiongraph[emulator]'"


@wraps(command.emulator)
def emulator(**options: Any) -> None:
    """Run the local cloud, or say how to install what it needs."""
    try:
        command.emulator(**options)
    except ModuleNotFoundError as error:
        if str(error.name).startswith("pulumi_functiongraph"):
            raise
        typer.echo(f"The local cloud needs {error.name}, which is not installed.", err=True)
        typer.echo(f"Install what it needs with: {INSTALL}", err=True)
        raise typer.Exit(2) from None
