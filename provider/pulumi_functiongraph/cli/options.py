"""The options that several commands have: spelled, described and completed alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from pulumi_functiongraph.core.findings import Finding, Severity

_WHERE = "Where to look (else: as a stack's config says that was given, then the environment)"

RegionOption: TypeAlias = Annotated[
    str, typer.Option("--region", metavar="REGION", help="Region id.", rich_help_panel=_WHERE)
]
ProjectOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--project-id",
        metavar="ID",
        help="Project id; looked up by the region when nothing says it.",
        rich_help_panel=_WHERE,
    ),
]
CloudOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--cloud",
        metavar="CLOUD",
        help="huawei or otc; follows from the region otherwise.",
        autocompletion=lambda: ["huawei", "otc"],
        rich_help_panel=_WHERE,
    ),
]
PreviewOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What pulumi preview --json wrote; - is standard input."),
]
PartialOption: TypeAlias = Annotated[
    bool, typer.Option("--partial-ok", help="Do not exit with 2 for what cannot be read.")
]
QuietOption: TypeAlias = Annotated[
    bool, typer.Option("--quiet", "-q", help="Neither progress nor notes on standard error.")
]

VerboseOption: TypeAlias = Annotated[
    bool, typer.Option("--verbose", "-v", help="Log each request, and whose credentials.")
]


class FailOn(StrEnum):
    """The least severity that makes a command exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"

    def includes(self, severity: Severity | None) -> bool:
        """Whether a finding of a severity fails the command; one of a rule that is off never."""
        if self is FailOn.NEVER or severity is None:
            return False
        return self is FailOn.WARNING or severity is Severity.ERROR

    def any_of(self, findings: Iterable[Finding]) -> bool:
        """Whether one of some findings fails the command; what is accepted never does."""
        return any(self.includes(each.severity) for each in findings if not each.acknowledged)


FailOnOption: TypeAlias = Annotated[
    FailOn, typer.Option("--fail-on", help="The least severity to exit with 1 for.")
]


def format_option(forms: Sequence[str]) -> Any:
    """``--format FORM[=FILE]``, several times: one form to standard output, others to files."""
    return typer.Option(
        "--format",
        metavar="FORM[=FILE]",
        help=f"{', '.join(forms)}; several times.",
        autocompletion=lambda: list(forms),
    )


def with_option(words: Sequence[str], *, help: str) -> Any:  # noqa: A002 - as typer calls it
    """``--with WHAT``: what a command judges beside the rest, words with commas between them."""
    every = ",".join(words)
    return typer.Option(
        "--with",
        metavar="WHAT",
        help=help,
        autocompletion=lambda: [*dict.fromkeys((*words, every))],
    )


def parse_with(text: str, *, words: Sequence[str]) -> frozenset[str]:
    """The words of ``--with``, which have commas between them.

    Raises:
        typer.BadParameter: another word.
    """
    asked = frozenset(word.strip() for word in text.split(",") if text)
    unknown = sorted(asked.difference(words))
    if unknown:
        verb = "are" if len(words) > 1 else "is"
        message = f"there is no {', '.join(unknown)}; there {verb} {', '.join(words)}."
        raise typer.BadParameter(message, param_hint="--with")
    return asked
