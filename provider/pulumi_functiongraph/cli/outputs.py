"""Where reports go: one form to standard output, others to files, checked before anything is read.

Of each kind of report `report` has a folder with a module for each form, which has the function
``<kind>_<form>``.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.core.severities import AS_WRITTEN, Severities
from pulumi_functiongraph.report.text import TextLine

if TYPE_CHECKING:
    from pulumi_functiongraph.report.sarif import SarifTool

FORMS = ("text", "json", "markdown", "sarif", "junit", "gitlab", "html")
"""The forms of a drift report and of a review."""


class Output(msgspec.Struct, frozen=True):
    """Where something goes: a file, or standard output for ``None``.

    The form is empty where the option is ``--output``.
    """

    file: Path | None
    form: str = ""

    @property
    def option(self) -> str:
        """As it was given."""
        return f"--format {self.form}={self.file}" if self.form else f"--output {self.file}"


def parse_outputs(
    values: Iterable[str] | None, *, forms: Sequence[str] = FORMS, read: Iterable[Path | None] = ()
) -> tuple[Output, ...]:
    """Read the values of ``--format``; without any, the first form goes to standard output.

    Raises:
        typer.BadParameter: a form that there is not, or two for standard output.
        typer.Exit: a file is read too, is named twice, or cannot be written.
    """
    outputs = []
    for each in values or ():
        form, _, file = each.partition("=")
        if form not in forms:
            message = f"there is no form {form}; there are {', '.join(forms)}."
            raise typer.BadParameter(message, param_hint="--format")
        outputs.append(Output(Path(file) if file else None, form))
    if sum(output.file is None for output in outputs) > 1:
        message = "only one form can go to standard output; give the others a file: json=FILE."
        raise typer.BadParameter(message, param_hint="--format")
    check_outputs(outputs, read=read)
    return tuple(outputs) or (Output(None, forms[0]),)


def check_outputs(outputs: Iterable[Output], *, read: Iterable[Path | None]) -> None:
    """Refuse what cannot be meant, or will fail, before a command reads for long.

    Raises:
        typer.Exit: a file is read too, is named twice, or cannot be written.
    """
    taken = {os.path.realpath(file) for file in read if file is not None}
    written: set[str] = set()
    problems: list[str] = []
    for output in outputs:
        if output.file is None:
            continue
        place = os.path.realpath(output.file)
        if place in taken:
            what = "is read by the same command, and would be overwritten"
            problems.append(f"{output.option}: {output.file} {what}; name another file")
        elif place in written:
            problems.append(f"{output.option}: two forms cannot go to one file: {output.file}")
        elif why := _why_not(output.file):
            problems.append(f"{output.option}: {os.strerror(why)}")
        written.add(place)
    if problems:
        raise refused("\n".join(problems))


def _why_not(file: Path) -> int:
    """The error that writing would end with, 0 for none that is known."""
    if file.is_dir():
        return errno.EISDIR
    held = file if file.exists() else file.parent
    if not held.exists():
        return errno.ENOENT
    if held is not file and not held.is_dir():
        return errno.ENOTDIR
    return 0 if os.access(held, os.W_OK) else errno.EACCES


def write_report(
    document: object,
    kind: str,
    *,
    outputs: Iterable[Output],
    grades: Severities = AS_WRITTEN,
    **options: object,
) -> None:
    """Write a report in each of the forms that were asked for; text is in colour on a terminal.

    The options are those of the functions that render it.

    Raises:
        typer.Exit: a file cannot be written.
    """
    for output in outputs:
        module = import_module(f"pulumi_functiongraph.report.{kind}.{output.form}")
        lines = getattr(module, f"{kind}_lines", None)
        if lines and output.file is None and sys.stdout.isatty():
            print_lines(lines(document, **options))
            continue
        render: Callable[..., str] = getattr(module, f"{kind}_{output.form}")
        tool = {"tool": _sarif_tool(grades)} if output.form == "sarif" else {}
        write(render(document, **tool, **options), output)


def _sarif_tool(grades: Severities) -> SarifTool:
    """This package, as SARIF describes what made a report; other forms start without the rules."""
    from importlib.metadata import version

    from pulumi_functiongraph.core.rules import RULES
    from pulumi_functiongraph.report.sarif import SarifTool

    return SarifTool(version("pulumi-functiongraph"), RULES, grades)


_STYLES = {
    "plain": "",
    "faint": "dim",
    "good": "green",
    "warn": "yellow",
    "bad": "red",
    "new": "cyan",
}


def print_lines(lines: Iterable[TextLine]) -> None:
    """Write lines to standard output; a terminal shows colours unless NO_COLOR is set."""
    if not sys.stdout.isatty():
        write("".join(f"{line.text}\n" for line in lines), Output(None))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text(line.text, style=_STYLES[line.tone]))


def write(text: str, output: Output) -> None:
    """Write the whole of something.

    Raises:
        typer.Exit: the file cannot be written.
    """
    if output.file is None:
        typer.echo(text.encode(), nl=False)
        return
    try:
        output.file.write_bytes(text.encode())
    except OSError as error:
        raise refused(f"{output.option}: {error.strerror}") from error
