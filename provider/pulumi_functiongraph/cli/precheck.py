"""`fgctl precheck`: would the notifications of a stack, or of a whole project, arrive?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pulumi_functiongraph.cli.account import settings_of
from pulumi_functiongraph.cli.clock import looked_at
from pulumi_functiongraph.cli.documents import project_grades
from pulumi_functiongraph.cli.exits import errors_end_command
from pulumi_functiongraph.cli.live import checked, read_project
from pulumi_functiongraph.cli.options import (
    CloudOption,
    FailOn,
    FailOnOption,
    PartialOption,
    PreviewOption,
    ProjectOption,
    QuietOption,
    RegionOption,
    VerboseOption,
    format_option,
)
from pulumi_functiongraph.cli.outputs import parse_outputs, write_report
from pulumi_functiongraph.cli.previews import read_declared, subjects_of
from pulumi_functiongraph.cli.progress import ASKING, reading
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.judging import nobody
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.operations.live_findings import live_subjects, unread_lines

FORMS = ("text", "json", "markdown", "sarif", "junit", "gitlab", "html")

EPILOG = """\b
Exit codes: 0 all arrive, 1 one would not, 2 bad usage or not all could be read,
also when one would not arrive (--partial-ok: 1 then, else 0).
Examples:
  fgctl precheck --region eu-de
  pulumi preview --json | fgctl precheck --preview -
  fgctl precheck --stack stack.json --format text --format json=precheck.json"""


def precheck(  # noqa: PLR0913 - typer reads one parameter for each option
    *,
    preview: PreviewOption = None,
    stack: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What pulumi stack export wrote.")
    ] = None,
    forms: Annotated[list[str] | None, format_option(FORMS)] = None,
    fail_on: FailOnOption = FailOn.ERROR,
    partial_ok: PartialOption = False,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check that notifications would arrive: functions, agencies, targets.

    Without a file, every config that is live in the project is checked. Nothing is ever changed.
    """
    now = looked_at()
    outputs = parse_outputs(forms, forms=FORMS, read=(preview, stack))
    grades = project_grades()
    is_declared = preview is not None or stack is not None
    declared = read_declared(preview, stack, command="precheck") if is_declared else None
    missing, notes = (declared.missing, declared.notes) if declared else ((), ())
    with errors_end_command():
        settings = settings_of(
            region=region,
            project_id=project_id,
            cloud=cloud,
            stack_config=declared.stack.settings if declared else None,
            needed=("credentials",),
            quiet=quiet,
        )
        if declared:
            subjects, open_values = subjects_of(declared.stack)
            missing = (*missing, *open_values)
        else:
            live = read_project(settings, quiet=quiet, verbose=verbose)
            subjects, missing = live_subjects(live), tuple(unread_lines(live))
        mended_by = declared.stack.mended_by if declared else nobody
        with reading(ASKING, settings, quiet=quiet, verbose=verbose) as report:
            results = checked(settings, subjects, report=report, mended_by=mended_by)
    document = PrecheckDocument(
        results=results,
        findings=grades.applied(judge(Program((), prechecks=results))),
        missing=missing,
        notes=(*notes, *grades.notes),
        looked_at=now,
    )
    write_report(document, "precheck", outputs=outputs, grades=grades)
    if not (document.is_complete or partial_ok):
        raise typer.Exit(2)
    raise typer.Exit(1 if fail_on.any_of(document.findings) else 0)
