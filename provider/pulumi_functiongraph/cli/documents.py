"""Files that a command reads: what Pulumi wrote, and what the project says of the rules."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pulumi_functiongraph.cli.exits import errors_end_command
from pulumi_functiongraph.core.severities import Severities
from pulumi_functiongraph.operations.project_file import grades_of

STDIN = Path("-")
"""Stands for standard input."""

_Document = TypeVar("_Document")


def parsed(file: Path, parse: Callable[[bytes], _Document], *, option: str) -> _Document:
    """What a file says, or standard input for ``-``; the option names it in messages.

    Raises:
        typer.Exit: it cannot be read; the message says why.
    """
    with errors_end_command(f"{option} {file}"):
        return parse(sys.stdin.buffer.read() if file == STDIN else file.read_bytes())


def project_grades() -> Severities:
    """What a pyproject.toml says, looked for from the current folder upwards.

    Raises:
        typer.Exit: it says what means nothing; the message says what.
    """
    with errors_end_command():
        return grades_of(Path.cwd())


def parsed_if_given(
    file: Path | None, parse: Callable[[bytes], _Document], *, option: str
) -> _Document | None:
    """What a file says, ``None`` when none is given."""
    return None if file is None else parsed(file, parse, option=option)
