"""`fgctl precheck`: would the notifications of a stack, or of a whole project, arrive?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_functiongraph.cli.account import (
    CloudOption,
    ProjectOption,
    RegionOption,
    project_of,
    session_of,
    settings_of,
)
from pulumi_functiongraph.cli.checks import Asked, checked, declared_subjects, live_subjects
from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.cli.grades import project_grades
from pulumi_functiongraph.cli.graph import Files, read_files
from pulumi_functiongraph.cli.outputs import described

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.settings import Need, Settings
    from pulumi_functiongraph.core.findings import Finding
    from pulumi_functiongraph.core.prechecks.results import Result
    from pulumi_functiongraph.core.severities import Grades


class Form(StrEnum):
    """How the result is shown."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


class FailOn(StrEnum):
    """The least severity that makes the command exit with 1."""

    ERROR = "error"
    WARNING = "warning"


def precheck(
    *,
    preview: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What pulumi preview --json wrote; - is standard input."),
    ] = None,
    stack: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What pulumi stack export wrote.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How it is shown.")] = Form.TEXT,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with 1 from this severity on.")
    ] = FailOn.ERROR,
    partial_ok: Annotated[
        bool, typer.Option("--partial-ok", help="Do not exit with 2 for what cannot be read.")
    ] = False,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
) -> None:
    """Check that notifications would arrive: functions, agencies, targets.

    Without a file, every config that is live in the project is checked. Nothing is ever changed.
    """
    from pulumi_functiongraph.core.declaration import Program
    from pulumi_functiongraph.core.errors import FunctionGraphError
    from pulumi_functiongraph.core.findings import errors
    from pulumi_functiongraph.core.prechecks.results import Outcome
    from pulumi_functiongraph.core.rules import judge

    grades = project_grades()
    is_told = preview is not None or stack is not None
    files = read_files(preview, stack) if is_told else None
    told = files.stack if files else None
    try:
        settings = settings_of(
            region=region,
            project_id=project_id,
            cloud=cloud,
            stack_config=told.settings if told else None,
            needed=_NEEDED,
        )
        asked = _declared(files) if files else _live(settings)
        mended_by = told.mended_by if told else None
        results = checked(settings, asked.subjects, mended_by=mended_by)
    except FunctionGraphError as error:
        raise refused(str(error)) from error
    findings = grades.applied(judge(Program((), prechecks=results)))
    is_answered = all(each.outcome is not Outcome.UNKNOWN for each in results)
    is_whole = asked.is_whole and is_answered
    shown = _shown(
        form,
        results,
        findings,
        missing=asked.missing,
        notes=(*asked.notes, *grades.notes),
        grades=grades,
        is_whole=is_whole,
    )
    typer.echo(shown.encode(), nl=False)
    if not is_whole and not partial_ok:
        raise typer.Exit(2)
    if findings if fail_on is FailOn.WARNING else errors(findings):
        raise typer.Exit(1)


_NEEDED: tuple[Need, ...] = ("credentials",)


def _declared(files: Files) -> Asked:
    from pulumi_functiongraph.report.stack_notes import stack_gaps, stack_notes

    asked = declared_subjects(files.stack)
    gaps = stack_gaps(files.stack, command="precheck", why=files.why)
    notes = (*files.notes, *stack_notes(files.stack), *asked.notes)
    return replace(asked, missing=(*gaps, *asked.missing), notes=notes)


def _live(settings: Settings) -> Asked:
    """Every config that is live in the project."""
    from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
    from pulumi_functiongraph.core.drift.inputs import Unread
    from pulumi_functiongraph.operations.drift import read_live

    with closing(session_of(settings)) as session:
        place = project_of(session)
        live = read_live(FunctionGraph(session), (), places=(place,))
    unread = [f"{name}: {why}" for name, why in live.unread.items()]
    unread += [
        f"{urn}: {found.why}" for urn, found in live.configs.items() if isinstance(found, Unread)
    ]
    return Asked(live_subjects(live), missing=unread)


def _shown(
    form: Form,
    results: Sequence[Result],
    findings: Sequence[Finding],
    *,
    missing: Sequence[str],
    notes: Sequence[str],
    grades: Grades,
    is_whole: bool,
) -> str:
    match form:
        case Form.TEXT:
            from pulumi_functiongraph.report.precheck.text import precheck_text as render
        case Form.JSON:
            from pulumi_functiongraph.report.precheck.json import precheck_json as render
        case _:
            from pulumi_functiongraph.report.sarif import sarif

            told = described(grades)
            return sarif(findings, missing=missing, notes=notes, is_whole=is_whole, **told)
    return render(results, findings, missing=missing, notes=notes, is_whole=is_whole)
