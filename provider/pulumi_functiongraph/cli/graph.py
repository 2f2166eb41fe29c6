"""`fgctl graph`: who notifies whom in a stack, and the cycles in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_functiongraph.cli.account import CloudOption, ProjectOption, RegionOption, settings_of
from pulumi_functiongraph.cli.documents import STDIN, parsed
from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.cli.grades import project_grades
from pulumi_functiongraph.cli.outputs import Output, check_outputs, write
from pulumi_functiongraph.cli.stacks import state_beside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_functiongraph.cli.live_graph import LiveGraph
    from pulumi_functiongraph.cloud.settings import Settings
    from pulumi_functiongraph.core.graph import Graph, Verdict
    from pulumi_functiongraph.core.severities import Grades
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
        bool,
        typer.Option(
            "--check",
            help="Exit with 1 on a cycle that nobody acknowledged, and with 2 where it cannot be "
            "said that there is none.",
        ),
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="How it is shown.")] = Form.TEXT,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write there, not to standard output."),
    ] = None,
    partial_ok: Annotated[
        bool, typer.Option("--partial-ok", help="Do not exit with 2 for what cannot be read.")
    ] = False,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
) -> None:
    """Show who notifies whom in a stack or a project, and find cycles; nothing is ever changed.

    Triggers that a program declares are in neither file, so edges through topics, buckets and
    streams end there, unless --live finds the trigger. A graph of more than 400 edges is cut to
    what was found in it. What a preview leaves out is asked of Pulumi, unless --stack has it.
    """
    from pulumi_functiongraph.core.graph import check as find_cycles
    from pulumi_functiongraph.core.severities import AS_WRITTEN
    from pulumi_functiongraph.core.stack import Stack
    from pulumi_functiongraph.report.stack_notes import stack_gaps, stack_notes

    to = Output(output)
    check_outputs([to], read=(preview, stack))
    grades = project_grades() if check else AS_WRITTEN
    is_told = not live or preview is not None or stack is not None
    files = read_files(preview, stack) if is_told else Files(Stack(()))
    notes = (*files.notes, *stack_notes(files.stack), *grades.notes)
    missing = stack_gaps(files.stack, why=files.why) if is_told else ()
    if live:
        config = files.stack.settings if is_told else None
        settings = _settings(config, region=region, project_id=project_id, cloud=cloud)
        found = _live(files.stack, settings)
        missing = (*missing, *(f"not read: {each}" for each in found.unread))
        verdict = find_cycles(found.graph, missing=missing)
    else:
        verdict = find_cycles(_laid_over(files.stack), missing=missing)
    write(_shown(verdict, form, notes), to)
    if check and (form is not Form.TEXT or output is not None):
        _tell(verdict, notes)
    code = _code(verdict, grades, check=check, partial_ok=partial_ok)
    if code == 2 and not verdict.unknowns.is_unread:  # noqa: PLR2004 - an exit code
        is_at_apply = not live or verdict.unknowns.targets or verdict.unknowns.sources
        typer.echo(_KNOWN_AT_APPLY if is_at_apply else _NOT_TOLD, err=True)
    raise typer.Exit(code)


_KNOWN_AT_APPLY = (
    "exit code 2: of what is known only at apply it cannot be said that it closes no cycle; "
    "pulumi up judges it right before it is sent, and --partial-ok lets it pass here"
)


_NOT_TOLD = (
    "exit code 2: the cloud does not tell all of what is live, so it cannot be said that it closes "
    "no cycle; the lines above say of what, and --partial-ok lets it pass here"
)


def _code(verdict: Verdict, grades: Grades, *, check: bool, partial_ok: bool) -> int:
    """What could not be read wins over a cycle, and a cycle over what is known only at apply."""
    if verdict.unknowns.is_unread and not partial_ok:
        return 2
    if not check:
        return 0
    if verdict.cycles:
        return 1 if _stops(grades) else 0
    return 0 if verdict.is_proved_acyclic or partial_ok else 2


@dataclass(frozen=True, slots=True)
class Files:
    """What files of Pulumi say of a stack.

    Attributes:
        stack: all of it.
        notes: where it was taken from, beside the files that were given.
        why: why the state that a preview leaves out could not be had.
    """

    stack: Stack
    notes: tuple[str, ...] = ()
    why: str = ""


def _stops(grades: Grades) -> bool:
    """Whether a cycle is an error in this project."""
    from pulumi_functiongraph.core.findings import Severity
    from pulumi_functiongraph.core.rules.cycles import NOTIFICATION_CYCLE

    rule = NOTIFICATION_CYCLE
    return grades.severity_of(rule.id, otherwise=rule.severity) is Severity.ERROR


def read_files(preview: Path | None, stack: Path | None) -> Files:
    """What the two files say of the stack, and Pulumi of what a preview alone leaves out.

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
    beside = state_beside(previewed, exported)
    notes = (beside.note,) if beside.note else ()
    try:
        whole = read_stack(preview=previewed, export=beside.export)
        return Files(whole, notes, beside.why)
    except InvalidInput as error:
        raise refused(str(error)) from error


def _laid_over(stack: Stack) -> Graph:
    """The graph of everything that is known."""
    from pulumi_functiongraph.core.graph import overlay
    from pulumi_functiongraph.core.stack import aliases_of, edges_of, sources_of

    return overlay(edges_of(stack), declared=sources_of(stack), aliases=aliases_of(stack))


def _settings(
    config: Mapping[str, str] | None, *, region: str, project_id: str, cloud: str
) -> Settings:
    from pulumi_functiongraph.core.errors import SettingsError

    try:
        return settings_of(region=region, project_id=project_id, cloud=cloud, stack_config=config)
    except SettingsError as error:
        raise refused(str(error)) from error


def _live(stack: Stack, settings: Settings) -> LiveGraph:
    from pulumi_functiongraph.cli.live_graph import read_live_graph
    from pulumi_functiongraph.core.errors import FunctionGraphError

    try:
        return read_live_graph(settings, stack)
    except FunctionGraphError as error:
        raise refused(str(error)) from error


def _shown(verdict: Verdict, form: Form, notes: tuple[str, ...]) -> str:
    match form:
        case Form.TEXT:
            from pulumi_functiongraph.report.graph.text import graph_text as render
        case Form.MERMAID:
            from pulumi_functiongraph.report.graph.mermaid import graph_mermaid as render
        case Form.DOT:
            from pulumi_functiongraph.report.graph.dot import graph_dot as render
        case _:
            from pulumi_functiongraph.report.graph.json import graph_json as render
    return render(verdict, notes=notes)


def _tell(verdict: Verdict, notes: tuple[str, ...]) -> None:
    """What was found, for the person beside the file that is drawn."""
    from pulumi_functiongraph.report.graph.text import headline, report_lines

    for line in (*headline(verdict, notes=notes), *report_lines(verdict)):
        typer.echo(line, err=True)
