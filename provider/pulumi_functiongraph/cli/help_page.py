"""The help of all commands as Markdown: `python -m pulumi_functiongraph.cli.help_page`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

from pulumi_functiongraph.cli.commands import app

WIDTH = 80
"""Characters a line, whatever terminal the page is written from."""

_INTRODUCTION = """\
# fgctl

<!-- Written by `python -m pulumi_functiongraph.cli.help_page`; change the commands. -->

Installed with the package, which is not released yet: in a clone `pip install .`, or
`pip install '.[emulator]'` for the local cloud.

`fgctl --install-completion` lets the shell that it is run in (bash, zsh, fish, PowerShell) complete
commands, options and their values from its next start on.
"""


def page() -> str:
    """The whole page: the overview, then each command in order of its group."""
    return "\n".join([_INTRODUCTION, *_sections(get_command(app), "fgctl", None)])


def _sections(command: Any, name: str, parent: Any) -> Iterator[str]:
    context = command.make_context(
        name, [], parent=parent, resilient_parsing=True, terminal_width=WIDTH
    )
    if parent is not None:
        yield f"## {context.command_path}\n"
    yield f"```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, TyperGroup):
        for child_name in command.commands:
            _, child, _ = command.resolve_command(context, [child_name])
            yield from _sections(child, child_name, context)


if __name__ == "__main__":
    sys.stdout.write(page())
