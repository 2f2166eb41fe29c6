"""The commands of `fgctl`, put together; each is loaded from the file of its name.

Never here: what a command does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated

import typer

from pulumi_functiongraph.cli.help_groups import GroupedHelp
from pulumi_functiongraph.cli.version import version_line

_LOOK_AT = "Look at a stack and at what is live, and run functions"
_WITHOUT = "Without a cloud"


@dataclass(frozen=True, slots=True)
class Listed:
    """How a command is listed.

    Attributes:
        panel: the group of commands in the overview.
        short_help: its line in the overview; the first sentence of its help when empty.
        epilog: what its help ends with: exit codes and examples.
    """

    panel: str
    short_help: str = ""
    epilog: str = ""


COMMANDS = {
    "graph": Listed(
        _LOOK_AT,
        "Show who notifies whom, and find cycles.",
        "\b\nExit codes: 0 done, 1 a cycle (--check), 2 bad usage or not all could be read;\n"
        "with --check also what is known only at apply (--partial-ok: 0 then).\n"
        "Examples:\n"
        "  pulumi stack export > stack.json\n"
        "  pulumi preview --json | fgctl graph --preview - --stack stack.json --check\n"
        "  fgctl graph --stack stack.json --format mermaid --output graph.mmd\n"
        "  fgctl graph --live --region eu-de --check",
    ),
    "drift": Listed(
        _LOOK_AT,
        "Compare what stacks declare with what is live.",
        "\b\nExit codes: 0 in sync, 1 drift or an error found, 2 not all could be read.\n"
        "Examples:\n"
        "  fgctl drift\n"
        "  fgctl drift dev prod --format text --format sarif=drift.sarif\n"
        "  pulumi stack export --show-secrets | fgctl drift --stack -\n"
        "  fgctl drift --preview preview.json --with cycles,precheck --format html=drift.html",
    ),
    "precheck": Listed(
        _LOOK_AT,
        "Check that notifications would arrive.",
        "\b\nExit codes: 0 all arrive, 1 one would not, 2 bad usage or not all could be read,\n"
        "also when one would not arrive (--partial-ok: 1 then, else 0).\n"
        "Examples:\n"
        "  fgctl precheck --region eu-de\n"
        "  pulumi preview --json | fgctl precheck --preview -\n"
        "  fgctl precheck --stack stack.json --format json",
    ),
    "adopt": Listed(
        _LOOK_AT,
        "Write a program that takes live configs over.",
        "\b\nExit codes: 0 done, 2 not all could be read or declared.\n"
        "Examples:\n"
        "  fgctl adopt --output __main__.py\n"
        "  fgctl adopt orders billing/invoices:v1\n"
        "  pulumi stack export | fgctl adopt --prefix shop- --stack -",
    ),
    "doctor": Listed(
        _LOOK_AT,
        "Check credentials, permissions and engine.",
        "\b\nExit codes: 0 nothing is broken, 2 something is; it says what to fix.\n"
        "Examples:\n"
        "  fgctl doctor\n"
        "  fgctl doctor --region eu-de --cloud otc",
    ),
    "review": Listed(
        _LOOK_AT,
        "Say what a previewed update would do.",
        "\b\nExit codes: 0 nothing at or above --fail-on, 1 findings, 2 not all judged.\n"
        "Examples:\n"
        "  pulumi preview --json | fgctl review\n"
        "  fgctl review --preview preview.json --stack stack.json --format markdown=review.md\n"
        "  fgctl review --preview preview.json --with precheck --fail-on warning",
    ),
    "invoke": Listed(
        _LOOK_AT,
        "Run a function, at once or later.",
        "\b\nExit codes: 0 done, 1 the function failed, 2 it was not run, or nobody knows.\n"
        "Examples:\n"
        "  fgctl invoke orders --data '{\"order\": 7}'\n"
        "  fgctl invoke orders --data @order.json --async --wait",
    ),
    "rules": Listed(
        _WITHOUT,
        epilog="\b\nExamples:\n"
        "  fgctl rules\n"
        "  fgctl rules FGN002\n"
        "  fgctl rules --markdown > docs/rules.md",
    ),
    "schema": Listed(
        _WITHOUT,
        epilog="\b\nExamples:\n  fgctl schema event > event.schema.json\n  fgctl schema config",
    ),
    "emulator": Listed(
        _WITHOUT,
        "Run a local cloud on this machine, or watch it.",
    ),
}
"""By name, in order of the overview, where groups of commands come last."""


def app_of(names: Collection[str]) -> typer.Typer:
    """`fgctl` with some of its commands; reading the options of all takes longer than of one."""
    app = typer.Typer(
        cls=GroupedHelp,
        no_args_is_help=True,
        # Plain help is the same in a terminal, a pipe and docs/cli.md, and starts without rich.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(
        epilog="Exit codes: 0 done, 1 found something, 2 could not run. COMMAND -h: examples"
    )(fgctl)
    for name, listed in COMMANDS.items():
        if name in names:
            _add(app, name, listed)
    return app


def _add(app: typer.Typer, name: str, listed: Listed) -> None:
    found = getattr(import_module(f"{__package__}.{name}"), name)
    texts = (listed.short_help or None, listed.epilog or None)
    if isinstance(found, typer.Typer):
        app.add_typer(
            found, name=name, rich_help_panel=listed.panel, short_help=texts[0], epilog=texts[1]
        )
        return
    app.command(rich_help_panel=listed.panel, short_help=texts[0], epilog=texts[1])(found)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if wanted:
        typer.echo(version_line(), nl=False)
        raise typer.Exit


def fgctl(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the release."),
    ] = False,
) -> None:
    """Asynchronous notification configs of FunctionGraph, beside Pulumi."""
    del version
