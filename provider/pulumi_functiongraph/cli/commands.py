"""The commands of `fgctl`: their names are known at once, each is loaded when it is called.

Never here: what a command does. The file of its name has that, with its options and its examples.
"""

from __future__ import annotations

from importlib import import_module
from itertools import groupby
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from pulumi_functiongraph.cli.version import version_line

_LOOK_AT = "Look at a stack and at what is live, and run functions"
_WITHOUT = "Without a cloud"

COMMANDS = {
    "graph": (_LOOK_AT, "Show who notifies whom, and find cycles."),
    "drift": (_LOOK_AT, "Compare what stacks declare with what is live."),
    "precheck": (_LOOK_AT, "Check that notifications would arrive."),
    "adopt": (_LOOK_AT, "Write a program that takes live configs over."),
    "doctor": (_LOOK_AT, "Check credentials, permissions and engine."),
    "review": (_LOOK_AT, "Say what a previewed update would do."),
    "invoke": (_LOOK_AT, "Run a function, at once or later."),
    "rules": (_WITHOUT, "List the rules, or explain one."),
    "schema": (_WITHOUT, "Print a JSON Schema, or Pulumi's package schema."),
    "plugin": (_WITHOUT, "Install the plugin for programs in any language."),
    "emulator": (_WITHOUT, "Run a local cloud on this machine, or watch it."),
}
"""By name, in order of the overview: the group of commands, and a line about the command."""


class LazyCommands(TyperGroup):
    """Lists all commands, in their groups, and loads the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments name, in place of its entry in the list."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, _loaded(name) if name else listed, rest

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write nothing: the groups of commands say what it is for, and all of it fits a screen."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options on a line each, and then the commands."""
        for parameter in self.params:
            # It prints what --install-completion installs; to be found in the page of the shell.
            parameter.hidden = parameter.name == "show_completion"  # type: ignore[attr-defined]  # only options are here
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each group, also where there is no terminal."""
        del ctx
        for panel, commands in groupby(self.commands.values(), _panel):
            with formatter.section(panel):
                formatter.write_dl([(each.name, each.short_help) for each in commands])


def _panel(command: Any) -> str:
    return str(command.rich_help_panel)


def _loaded(name: str) -> Any:
    """A command with its options, from the module of its name."""
    module = import_module(f"{__package__}.{name}")
    found = getattr(module, name)
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    alone.command(name, epilog=module.EPILOG)(found)
    return get_command(alone)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if wanted:
        typer.echo(version_line(), nl=False)
        raise typer.Exit


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    # Plain help is the same in a terminal, a pipe and docs/cli.md, and starts without rich.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(epilog="Exit codes: 0 done, 1 found something, 2 could not run. COMMAND -h: examples")
def fgctl(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the release."),
    ] = False,
) -> None:
    """Asynchronous notification configs of FunctionGraph, beside Pulumi."""
    del version


def _listed() -> None:
    """Stands for a command in the list."""


for _name, (_group, _line) in COMMANDS.items():
    app.command(_name, rich_help_panel=_group, short_help=_line)(_listed)
