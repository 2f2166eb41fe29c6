"""`fgctl graph`: who notifies whom in a stack, and the cycles in it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_functiongraph.cli.account import CloudOption, ProjectOption, RegionOption, settings_of
from pulumi_functiongraph.cli.documents import STDIN, parsed
from pulumi_functiongraph.cli.grades import project_grades
from pulumi_functiongraph.cli.outputs import Output, check_outputs, write
from pulumi_functiongraph.cli.refusal import refused

if TYPE_CHECKING:
    from pulumi_functiongraph.cli.live_graph import LiveGraph
    from pulumi_functiongraph.core.grades import Grades
    from pulumi_functiongraph.core.graph import Graph, Verdict
    from pulumi_functiongraph.core.stack import Stack


class Form(StrEnum):
    """How a graph is shown."""

    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


def graph(  # noqa: PLR0913 - typer reads one parameter for each option
    *,
    preview: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What pulumi preview --json wrote; - is standard input.",
        ),
    ] = None,
    stack: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What pulumi stack export wrote; with --preview it adds what is unchanged.",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Every config of the project that is live, and what those lead to; with a file, "
            "what it declares is laid over that.",
        ),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 on a cycle that nobody acknowledged.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="How it is shown.")] = Form.TEXT,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write there, not to standard output."),
    ] = None,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
) -> None:
    """Show who notifies whom in a stack or a project, and find cycles; nothing is ever changed.

    Triggers that a program declares are in neither file, so edges through topics, buckets and
    streams end there, unless --live finds the trigger. A graph of more than 400 edges is cut to
    what was found in it.
    """
    from pulumi_functiongraph.core.grades import AS_WRITTEN
    from pulumi_functiongraph.core.graph import check as find_cycles
    from pulumi_functiongraph.core.stack import Stack
    from pulumi_functiongraph.report.stack_notes import stack_notes

    to = Output(output)
    check_outputs([to], read=(preview, stack))
    grades = project_grades() if check else AS_WRITTEN
    is_told = not live or preview is not None or stack is not None
    told = read_files(preview, stack) if is_told else Stack(())
    notes = (*stack_notes(told), *grades.notes)
    is_complete = told.is_complete
    if live:
        found = _live(told, region=region, project_id=project_id, cloud=cloud)
        notes = (*notes, *(f"not read: {each}" for each in found.unread))
        is_complete = is_complete and not found.unread
        verdict = find_cycles(found.graph)
    else:
        verdict = find_cycles(_laid_over(told))
    write(_shown(verdict, form, notes), to)
    if not check:
        return
    if form is not Form.TEXT or output is not None:
        _tell(verdict, notes)
    if not is_complete:
        what = "what is live" if told.is_complete else "the stack"
        typer.echo(f"not all of {what} could be read, so the check proves nothing.", err=True)
        raise typer.Exit(2)
    if verdict.cycles and _stops(grades):
        raise typer.Exit(1)


def _stops(grades: Grades) -> bool:
    """Whether a cycle is an error in this project."""
    from pulumi_functiongraph.core.findings import Severity
    from pulumi_functiongraph.core.rules.notification_cycle import RULE

    return grades.severity_of(RULE.id, otherwise=RULE.severity) is Severity.ERROR


def read_files(preview: Path | None, stack: Path | None) -> Stack:
    """What the two files say of the stack.

    Raises:
        typer.Exit: one cannot be read; it was said which and why.
    """
    from pulumi_functiongraph.core.errors import InvalidInput
    from pulumi_functiongraph.core.stack import parse_export, parse_preview, read_stack

    if preview is None and stack is None:
        example = "pulumi preview --json | fgctl graph --preview -"
        message = f"give --preview, --stack or both, such as: {example}"
        raise typer.BadParameter(message)
    if preview == stack == STDIN:
        raise typer.BadParameter("--preview and --stack cannot both be standard input.")
    previewed = parsed(preview, parse_preview, option="--preview")
    exported = parsed(stack, parse_export, option="--stack")
    try:
        return read_stack(preview=previewed, export=exported)
    except InvalidInput as error:
        raise refused(str(error)) from error


def _laid_over(stack: Stack) -> Graph:
    """The graph of everything that is known."""
    from pulumi_functiongraph.core.graph import overlay
    from pulumi_functiongraph.core.stack import aliases_of, edges_of, sources_of

    return overlay(edges_of(stack), declared=sources_of(stack), aliases=aliases_of(stack))


def _live(stack: Stack, *, region: str, project_id: str, cloud: str) -> LiveGraph:
    from pulumi_functiongraph.cli.live_graph import read_live_graph
    from pulumi_functiongraph.core.errors import FunctionGraphError

    try:
        settings = settings_of(
            region=region, project_id=project_id, cloud=cloud, stack_config=stack.settings
        )
        return read_live_graph(settings, stack)
    except FunctionGraphError as error:
        raise refused(str(error)) from error


def _shown(verdict: Verdict, form: Form, notes: tuple[str, ...]) -> str:
    match form:
        case Form.TEXT:
            from pulumi_functiongraph.report.graph_text import graph_text as render
        case Form.MERMAID:
            from pulumi_functiongraph.report.graph_mermaid import graph_mermaid as render
        case Form.DOT:
            from pulumi_functiongraph.report.graph_dot import graph_dot as render
        case _:
            from pulumi_functiongraph.report.graph_json import graph_json as render
    return render(verdict, notes=notes)


def _tell(verdict: Verdict, notes: tuple[str, ...]) -> None:
    """What was found, for the person beside the file that is drawn."""
    from pulumi_functiongraph.report.graph_text import report_lines

    for line in (*(f"note: {note}" for note in notes), *report_lines(verdict)):
        typer.echo(line, err=True)
