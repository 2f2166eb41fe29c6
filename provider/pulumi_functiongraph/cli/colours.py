"""Lines of a report on a terminal, in colours unless NO_COLOR is set."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_functiongraph.report.text import TextLine

_STYLES = {
    "plain": "",
    "faint": "dim",
    "good": "green",
    "warn": "yellow",
    "bad": "red",
    "new": "cyan",
}


def show_lines(lines: Iterable[TextLine]) -> None:
    """Write the lines to standard output."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text(line.text, style=_STYLES[line.tone]))
