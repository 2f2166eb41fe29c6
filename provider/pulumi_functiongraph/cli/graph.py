"""`fgctl graph`: who notifies whom in a stack, and the cycles in it."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_functiongraph.cli.clock import looked_at
from pulumi_functiongraph.cli.documents import project_grades
from pulumi_functiongraph.cli.exits import errors_end_command
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
from pulumi_functiongraph.cli.outputs import Output, parse_outputs, write_report
from pulumi_functiongraph.cli.previews import DeclaredStack, read_declared
from pulumi_functiongraph.core.amounts import first_of
from pulumi_functiongraph.core.graph import (
    CycleAnalysis,
    Graph,
    find_cycles,
    names_of,
    nodes_named,
    overlay,
)
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.rules.cycles import NOTIFICATION_CYCLE as RULE
from pulumi_functiongraph.core.severities import AS_WRITTEN, Severities
from pulumi_functiongraph.core.stack import Stack, aliases_of, edges_of, sources_of

if TYPE_CHECKING:
    from pulumi_functiongraph.report.graph.style import Focus

FORMS = ("text", "markdown", "mermaid", "dot", "json", "html")

EPILOG = """\b
Exit codes: 0 no cycle, 1 a cycle that nobody acknowledged, 2 not all could be
read, or what is known only at apply or secret may close one (--partial-ok: 0
then).
With --fail-on never only what could not be read counts.
Examples:
  pulumi stack export > stack.json
  pulumi preview --json | fgctl graph --preview - --stack stack.json
  fgctl graph --stack stack.json --format mermaid=graph.mmd --fail-on never
  fgctl graph --live --region eu-de
  fgctl graph --live --focus orders --depth 2 --format html=graph.html"""


def graph(  # noqa: PLR0913 - typer reads one parameter for each option
    *,
    preview: PreviewOption = None,
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
    forms: Annotated[list[str] | None, format_option(FORMS)] = None,
    focus: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Draw only this function, topic, bucket, stream or config, and what is around it.",
        ),
    ] = "",
    depth: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="With --focus, how many edges far; 1 if left out."),
    ] = None,
    fail_on: FailOnOption = FailOn.ERROR,
    partial_ok: PartialOption = False,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show who notifies whom in a stack or a project, and find cycles; nothing is ever changed.

    Triggers that a program declares are in neither file, so edges through topics, buckets and
    streams end there, unless --live finds the trigger. A graph of more than 400 edges (html: 2,000)
    is cut to what was found in it, and --focus shows a part; what is judged is the whole.
    What a preview leaves out is asked of Pulumi, unless --stack has it. No cycle through a name
    that is a secret is judged; it counts as unknown.
    """
    now = looked_at()
    if depth is not None and not focus:
        raise typer.BadParameter("it says how far around --focus; name one", param_hint="--depth")
    outputs = parse_outputs(forms, forms=FORMS, read=(preview, stack))
    grades = AS_WRITTEN if fail_on is FailOn.NEVER else project_grades()
    is_declared = not live or preview is not None or stack is not None
    declared = (
        read_declared(preview, stack, command="graph") if is_declared else DeclaredStack(Stack(()))
    )
    if live:
        from pulumi_functiongraph.cli.account import settings_of
        from pulumi_functiongraph.cli.live_graph import read_live_graph

        with errors_end_command():
            settings = settings_of(
                region=region,
                project_id=project_id,
                cloud=cloud,
                stack_config=declared.stack.settings if is_declared else None,
                quiet=quiet,
            )
            found = read_live_graph(settings, declared.stack, quiet=quiet, verbose=verbose)
        unread = (f"not read: {each}" for each in found.unread)
        verdict = find_cycles(found.graph, missing=(*declared.missing, *unread))
    else:
        verdict = find_cycles(_graph_of(declared.stack), missing=declared.missing)
    centres = _focus(verdict, focus, depth=1 if depth is None else depth) if focus else None
    notes = (*declared.notes, *grades.notes)
    write_report(verdict, "graph", outputs=outputs, notes=notes, focus=centres, looked_at=now)
    is_told = quiet or Output(None, "text") in outputs
    if fail_on is not FailOn.NEVER and not is_told:
        _report_beside(verdict, notes)
    code = _code(verdict, grades, fail_on, partial_ok=partial_ok)
    if code == 2 and not (quiet or verdict.unknowns.is_unread):  # noqa: PLR2004 - an exit code
        is_at_apply = not live or verdict.unknowns.targets or verdict.unknowns.sources
        typer.echo(_KNOWN_AT_APPLY if is_at_apply else _NOT_LISTED, err=True)
    raise typer.Exit(code)


_KNOWN_AT_APPLY = (
    "exit code 2: what is known only at apply or secret may close a cycle; "
    "pulumi up judges what becomes known, right before it is sent, and --partial-ok lets it pass "
    "here"
)
_NOT_LISTED = (
    "exit code 2: the cloud does not list all of what is live, which may close a cycle; "
    "the lines above say what, and --partial-ok lets it pass here"
)


def _graph_of(stack: Stack) -> Graph:
    """What a stack declares."""
    return overlay(edges_of(stack), declared=sources_of(stack), aliases=aliases_of(stack))


def _focus(verdict: CycleAnalysis, name: str, *, depth: int) -> Focus:
    """What a name stands for.

    Raises:
        typer.BadParameter: nothing in the graph has the name.
    """
    from pulumi_functiongraph.report.graph.style import Focus

    if centres := nodes_named(verdict.graph, name):
        return Focus(centres, depth)
    known = sorted(set(map(visible, names_of(verdict.graph.nodes))))
    alike = get_close_matches(name, known, n=3)
    hint = f"there are {first_of(known, _MOST_NAMES)}" if known else "the graph is empty"
    if alike:
        hint = f"did you mean {', '.join(alike)}?"
    message = f"nothing in the graph is named {visible(name)}; {hint}"
    raise typer.BadParameter(message, param_hint="--focus")


_MOST_NAMES = 10
"""Names that are listed in a line."""


def _report_beside(verdict: CycleAnalysis, notes: tuple[str, ...]) -> None:
    """Say what was found beside a drawing, for the person who reads the log."""
    from pulumi_functiongraph.report.graph.text import headline, report_lines

    for line in (*headline(verdict, notes=notes), *report_lines(verdict)):
        typer.echo(line, err=True)


def _code(verdict: CycleAnalysis, grades: Severities, fail_on: FailOn, *, partial_ok: bool) -> int:
    """What could not be read wins over a cycle, and a cycle over what is known only at apply."""
    if verdict.unknowns.is_unread and not partial_ok:
        return 2
    if fail_on is FailOn.NEVER:
        return 0
    if verdict.cycles:
        severity = grades.severity_of(RULE.id, otherwise=RULE.severity)
        return 1 if fail_on.includes(severity) else 0
    return 0 if verdict.is_proved_acyclic or partial_ok else 2
