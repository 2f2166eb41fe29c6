"""`--format FORM[=FILE]`, given several times: one form to standard output, others to files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import typer

from pulumi_functiongraph.cli.refusal import refused


@dataclass(frozen=True, slots=True)
class Output:
    """One form, and where it goes.

    Attributes:
        form: such as ``text``.
        file: ``None`` for standard output.
    """

    form: str
    file: Path | None


def parse_outputs(told: Iterable[str], *, forms: Iterable[str]) -> tuple[Output, ...]:
    """Read the values of the option; nothing said is text to standard output.

    Raises:
        typer.BadParameter: a form that there is not, or two for standard output.
    """
    known = tuple(forms)
    outputs = []
    for each in told:
        form, _, file = each.partition("=")
        if form not in known:
            message = f"there is no form {form}; there are {', '.join(known)}."
            raise typer.BadParameter(message, param_hint="--format")
        outputs.append(Output(form, Path(file) if file else None))
    if sum(output.file is None for output in outputs) > 1:
        message = "only one form can go to standard output; give the others a file: json=FILE."
        raise typer.BadParameter(message, param_hint="--format")
    return tuple(outputs) or (Output(known[0], None),)


def write(text: str, output: Output) -> None:
    """Write a whole report.

    Raises:
        typer.Exit: the file cannot be written.
    """
    if output.file is None:
        typer.echo(text.encode(), nl=False)
        return
    try:
        output.file.write_bytes(text.encode())
    except OSError as error:
        raise refused(f"--format {output.form}={output.file}: {error.strerror}") from error
