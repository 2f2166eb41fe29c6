"""How a command ends when it cannot do what it was asked to."""

from __future__ import annotations

import typer


def refused(message: str) -> typer.Exit:
    """Say why on standard error; what to raise to end with 2.

    Args:
        message: lines, which may quote what was read: what controls a terminal is written out.
    """
    from pulumi_functiongraph.report.graph.style import printable

    typer.echo("\n".join(map(printable, message.split("\n"))), err=True)
    return typer.Exit(2)
