"""Help that lists the commands in named groups, also where there is no terminal."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import typer
from typer.core import TyperGroup


class GroupedHelp(TyperGroup):
    """A group of commands whose help has one section for each panel, in order of registration."""

    def format_options(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override] # same
        """Write the options on a line each, and then the commands."""
        for parameter in self.params:
            # It prints what --install-completion installs; to be found in the page of the shell.
            parameter.hidden = parameter.name == "show_completion"  # type: ignore[attr-defined]  # only options are here
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override] # the context class is not exported under its own name
        """Write the sections; each command with the first sentence of its help."""
        del ctx
        shown = [(name, command) for name, command in self.commands.items() if not command.hidden]
        room = formatter.width - max(len(name) for name, _ in shown) - 6
        for panel, commands in groupby(shown, lambda item: _panel(item[1])):
            with formatter.section(panel):
                formatter.write_dl(
                    [(name, command.get_short_help_str(room)) for name, command in commands]
                )


def _panel(command: Any) -> str:
    return str(command.rich_help_panel)
