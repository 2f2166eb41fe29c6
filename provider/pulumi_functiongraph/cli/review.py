"""`fgctl review`: what a previewed update would do to notifications."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_functiongraph.cli.documents import STDIN, parsed
from pulumi_functiongraph.cli.grades import project_grades
from pulumi_functiongraph.cli.outputs import FormOption, check_outputs, parse_outputs, write_report
from pulumi_functiongraph.cli.refusal import refused

if TYPE_CHECKING:
    from pulumi_functiongraph.core.grades import Grades
    from pulumi_functiongraph.core.review_document import ReviewDocument


class FailOn(StrEnum):
    """From which severity on findings exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


def review(
    *,
    preview: Annotated[
        Path,
        typer.Option(metavar="FILE", help="What pulumi preview --json wrote; - is standard input."),
    ] = STDIN,
    stack: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What pulumi stack export wrote; adds what is unchanged."
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The event log of the preview; a preview does not list violations of policies.",
        ),
    ] = None,
    form: FormOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="From which severity on to exit with 1.")
    ] = FailOn.ERROR,
) -> None:
    """Say what a previewed update would do: each changed config, findings, who notifies whom.

    Neither Pulumi nor a cloud is asked; secrets stay what they are in a preview.
    """
    outputs = parse_outputs(form or ())
    check_outputs(outputs, read=(preview, stack, events))
    if [preview, stack, events].count(STDIN) > 1:
        message = "only one of --preview, --stack and --events can be standard input."
        raise typer.BadParameter(message)
    grades = project_grades()
    document = _document(preview, stack, events, grades=grades)
    write_report(document, "review", outputs=outputs, grades=grades)
    raise typer.Exit(_code(document, fail_on))


def _document(
    preview: Path, stack: Path | None, events: Path | None, *, grades: Grades
) -> ReviewDocument:
    from pulumi_functiongraph.core import stack as documents
    from pulumi_functiongraph.core.comments import Comments
    from pulumi_functiongraph.core.errors import InvalidInput
    from pulumi_functiongraph.core.review import review as judged
    from pulumi_functiongraph.core.stack.violations import parse_violations, without_failure_of
    from pulumi_functiongraph.operations.source_lines import SourceLines
    from pulumi_functiongraph.report.stack_notes import stack_notes

    previewed = parsed(preview, documents.parse_preview, option="--preview")
    exported = parsed(stack, documents.parse_export, option="--stack")
    violations = parsed(events, parse_violations, option="--events") or ()
    previewed = without_failure_of(violations, previewed or documents.Preview())
    try:
        told = documents.read_stack(preview=previewed, export=exported)
        return judged(
            previewed,
            export=exported,
            violations=violations,
            grades=grades,
            comments=Comments(SourceLines(Path.cwd())),
            notes=stack_notes(told, command="review"),
        )
    except InvalidInput as error:
        raise refused(str(error)) from error


def _code(document: ReviewDocument, fail_on: FailOn) -> int:
    """What could not be judged wins over what was found."""
    if not document.is_complete:
        return 2
    failing = {
        FailOn.ERROR: document.errors,
        FailOn.WARNING: (*document.errors, *document.warnings),
        FailOn.NEVER: (),
    }
    return 1 if failing[fail_on] else 0
