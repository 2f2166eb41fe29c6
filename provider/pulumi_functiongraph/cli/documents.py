"""Files that Pulumi wrote, as a command is told of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pulumi_functiongraph.cli.exits import refused

STDIN = Path("-")
"""Stands for standard input."""

_Document = TypeVar("_Document")


def parsed(
    file: Path | None, parse: Callable[[bytes], _Document], *, option: str
) -> _Document | None:
    """What a file says, ``None`` when none is given.

    Args:
        file: a path, or ``-`` for standard input.
        parse: reads the content.
        option: names the file in what is said.

    Raises:
        typer.Exit: it cannot be read; it was said why.
    """
    from pulumi_functiongraph.core.errors import InvalidInput

    if file is None:
        return None
    try:
        return parse(sys.stdin.buffer.read() if file == STDIN else file.read_bytes())
    except InvalidInput as error:
        raise refused(f"{option} {file}: {error}") from error
    except OSError as error:
        raise refused(f"{option} {file}: {error.strerror}") from error
