"""The commands of `fgctl`, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from pulumi_functiongraph.cli.adopt import adopt
from pulumi_functiongraph.cli.doctor import doctor
from pulumi_functiongraph.cli.drift import drift
from pulumi_functiongraph.cli.emulator import emulator
from pulumi_functiongraph.cli.graph import graph
from pulumi_functiongraph.cli.grouped import GroupedHelp
from pulumi_functiongraph.cli.precheck import precheck
from pulumi_functiongraph.cli.review import review
from pulumi_functiongraph.cli.rules import rules
from pulumi_functiongraph.cli.schema import schema
from pulumi_functiongraph.cli.version import version_line

_LOOK_AT = "Look at a stack and at what is live"
_WITHOUT = "Without a cloud"

app = typer.Typer(
    cls=GroupedHelp,
    no_args_is_help=True,
    # Plain help is the same in a terminal, a pipe and docs/cli.md, and starts without rich.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if wanted:
        typer.echo(version_line(), nl=False)
        raise typer.Exit


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


app.command(
    rich_help_panel=_LOOK_AT,
    short_help="Show who notifies whom, and find cycles.",
    epilog="\b\nExit codes: 0 done, 1 a cycle (--check), 2 bad usage or not all could be read.\n"
    "Examples:\n"
    "  pulumi stack export > stack.json\n"
    "  pulumi preview --json | fgctl graph --preview - --stack stack.json --check\n"
    "  fgctl graph --stack stack.json --format mermaid --output graph.mmd\n"
    "  fgctl graph --live --region eu-de --check",
)(graph)
app.command(
    rich_help_panel=_LOOK_AT,
    short_help="Compare what stacks declare with what is live.",
    epilog="\b\nExit codes: 0 in sync, 1 drift or an error found, 2 not all could be read.\n"
    "Examples:\n"
    "  fgctl drift\n"
    "  fgctl drift dev prod --format text --format sarif=drift.sarif\n"
    "  pulumi stack export --show-secrets | fgctl drift --stack -\n"
    "  fgctl drift --preview preview.json --with cycles,precheck --format html=drift.html",
)(drift)
app.command(
    rich_help_panel=_LOOK_AT,
    short_help="Check that notifications would arrive.",
    epilog="\b\nExit codes: 0 all arrive, 1 one would not, 2 bad usage or not all could be read.\n"
    "Examples:\n"
    "  fgctl precheck --region eu-de\n"
    "  pulumi preview --json | fgctl precheck --preview -\n"
    "  fgctl precheck --stack stack.json --format json",
)(precheck)
app.command(
    rich_help_panel=_LOOK_AT,
    short_help="Write a program that takes live configs over.",
    epilog="\b\nExit codes: 0 done, 2 not all could be read or declared.\n"
    "Examples:\n"
    "  fgctl adopt --output __main__.py\n"
    "  fgctl adopt orders billing:invoices:v1\n"
    "  pulumi stack export | fgctl adopt --prefix shop- --stack -",
)(adopt)
app.command(
    rich_help_panel=_LOOK_AT,
    short_help="Check credentials, permissions and engine.",
    epilog="\b\nExit codes: 0 nothing is broken, 2 something is; it says what to fix.\n"
    "Examples:\n"
    "  fgctl doctor\n"
    "  fgctl doctor --region eu-de --cloud otc",
)(doctor)
app.command(
    rich_help_panel=_LOOK_AT,
    short_help="Say what a previewed update would do.",
    epilog="\b\nExit codes: 0 nothing at or above --fail-on, 1 findings, 2 not all judged.\n"
    "Examples:\n"
    "  pulumi preview --json | fgctl review\n"
    "  fgctl review --preview preview.json --stack stack.json --format markdown=review.md\n"
    "  fgctl review --preview preview.json --events events.jsonl --fail-on warning",
)(review)
app.command(rich_help_panel=_WITHOUT, short_help="Run a local cloud on this machine.")(emulator)
app.command(
    rich_help_panel=_WITHOUT,
    epilog="\b\nExamples:\n"
    "  fgctl rules\n"
    "  fgctl rules FGN002\n"
    "  fgctl rules --markdown > docs/rules.md",
)(rules)
app.command(
    rich_help_panel=_WITHOUT,
    epilog="\b\nExamples:\n  fgctl schema event > event.schema.json\n  fgctl schema config",
)(schema)
