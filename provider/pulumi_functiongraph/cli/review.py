"""`fgctl review`: what a previewed update would do to notifications."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from pulumi_functiongraph.cli.clock import looked_at
from pulumi_functiongraph.cli.documents import STDIN, parsed, parsed_if_given, project_grades
from pulumi_functiongraph.cli.exits import errors_end_command, refused
from pulumi_functiongraph.cli.options import (
    CloudOption,
    FailOn,
    FailOnOption,
    PartialOption,
    ProjectOption,
    QuietOption,
    RegionOption,
    VerboseOption,
    format_option,
    parse_with,
    with_option,
)
from pulumi_functiongraph.cli.outputs import FORMS, parse_outputs, write_report
from pulumi_functiongraph.cli.previews import state_beside, subjects_of
from pulumi_functiongraph.cli.secret_hiding import hiding
from pulumi_functiongraph.core.comments import Comments
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.review.changes import review as review_of
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.review.gate_report import GateReport, parse_gate_report, untold
from pulumi_functiongraph.core.stack import (
    Export,
    Preview,
    Stack,
    parse_export,
    parse_preview,
    read_stack,
    stack_of,
)
from pulumi_functiongraph.core.stack.secret_values import with_messages_hidden
from pulumi_functiongraph.core.stack.violations import (
    errors_of_gate,
    parse_violations,
    without_failure_of,
    without_failure_of_gate,
)
from pulumi_functiongraph.operations.live_findings import unanswered
from pulumi_functiongraph.operations.source_lines import SourceLines
from pulumi_functiongraph.report.stack_notes import stack_gaps, stack_notes

WORDS = ("precheck",)
_IN_ONE_RUN = "FUNCTIONGRAPH_REPORT=report.json pulumi preview --json > preview.json"


EPILOG = """\b
Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 not all judged.
Examples:
  pulumi preview --json | fgctl review
  fgctl review --preview preview.json --stack stack.json --format markdown=review.md
  fgctl review --preview preview.json --with precheck --fail-on warning"""


def review(  # noqa: PLR0913 - typer reads one parameter for each option
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
    gate: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What the program's gate wrote where the preview was made with "
            "FUNCTIONGRAPH_REPORT=FILE; has what it found when it stops the preview.",
        ),
    ] = None,
    forms: Annotated[list[str] | None, format_option(FORMS)] = None,
    fail_on: FailOnOption = FailOn.ERROR,
    also: Annotated[
        str, with_option(WORDS, help="precheck: ask the cloud whether notifications would arrive.")
    ] = "",
    partial_ok: PartialOption = False,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say what a previewed update would do: each changed config, findings, who notifies whom.

    Pulumi is asked only for the state that a preview leaves out, where --stack does not give it,
    and a cloud only with --with; nothing is ever changed. Secrets stay what they are in a preview.
    """
    now = looked_at()
    outputs = parse_outputs(forms, read=(preview, stack, events, gate))
    if [preview, stack, events, gate].count(STDIN) > 1:
        message = "only one of --preview, --stack, --events and --gate can be standard input."
        raise typer.BadParameter(message)
    asked = parse_with(also, words=WORDS)
    grades = project_grades()
    read = _read(preview, stack, events, gate)
    place = {"region": region, "project_id": project_id, "cloud": cloud}
    answers = _asked(read, place, quiet=quiet, verbose=verbose) if asked else _PrecheckAnswers()
    document = review_of(
        read.preview,
        export=read.export,
        violations=read.violations,
        grades=grades,
        comments=Comments(SourceLines(Path.cwd())),
        prechecks=answers.results,
        checked=answers.configs,
        missing=read.missing,
        unchecked=answers.missing,
        gate=read.gate,
        notes=read.notes,
    )
    document = document.model_copy(update={"looked_at": now})
    write_report(document, "review", outputs=outputs, grades=grades)
    is_whole = not answers.missing and read.is_read_by_gate
    raise typer.Exit(2 if not (is_whole or partial_ok) else _code(document, read, fail_on))


class _ReadPreview(msgspec.Struct, frozen=True):
    """What Pulumi wrote, and what the program's gate did."""

    preview: Preview
    export: Export | None
    violations: tuple[Finding, ...]
    gate: GateReport | None
    stack: Stack
    notes: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything could be read, beside what a gate stopped and has judged."""
        return self.stack.is_complete and not self.missing

    @property
    def is_read_by_gate(self) -> bool:
        """Whether the gate, where there was one, read and verified all that it looked at."""
        return self.gate is None or not (self.gate.unread or self.gate.unchecked)


class _PrecheckAnswers(msgspec.Struct, frozen=True):
    """What a cloud answered about what the configs need.

    Attributes:
        results: of every question.
        configs: number of configs that it was asked about, ``None`` where it was not.
        missing: what it did not answer.
    """

    results: tuple[CheckResult, ...] = ()
    configs: int | None = None
    missing: tuple[str, ...] = ()


def _read(
    preview: Path, stack: Path | None, events: Path | None, gate: Path | None
) -> _ReadPreview:
    previewed = parsed(preview, parse_preview, option="--preview")
    exported = parsed_if_given(stack, parse_export, option="--stack")
    violations = parsed_if_given(events, parse_violations, option="--events") or ()
    found = parsed_if_given(gate, parse_gate_report, option="--gate")
    hide = hiding(previewed, exported)
    previewed = with_messages_hidden(previewed, hide)
    violations = tuple(each.reworded(hide) for each in violations)
    found = found.reworded(hide) if found else None
    previewed = without_failure_of(violations, previewed)
    _check_same_run(previewed, found, gate)
    judged = previewed if found is None else without_failure_of_gate(previewed)
    is_stopped = judged is not previewed
    with errors_end_command():
        beside = state_beside(previewed, exported, is_stopped=is_stopped)
        after = read_stack(preview=judged, export=beside.export)
    notes = [beside.note] if beside.note else []
    if is_stopped and beside.why:
        notes.append(
            f"which edges are new is not known, and Pulumi was asked in vain for the stack's state "
            f"({beside.why}); add --stack: pulumi stack export | fgctl review --stack - …"
        )
    return _ReadPreview(
        previewed,
        beside.export,
        violations,
        found,
        after,
        (*notes, *stack_notes(after)),
        stack_gaps(after, command="review", why=beside.why),
    )


def _check_same_run(preview: Preview, gate: GateReport | None, file: Path | None) -> None:
    """Refuse the gate report of another stack, and of another preview as far as that shows."""
    if gate is None:
        return
    previewed = {stack_of(step.urn) for step in preview.steps}
    if previewed and gate.stack not in previewed:
        raise refused(f"--gate {file}: is of {gate.stack}, and the preview of {min(previewed)}")
    reported = {each.rule for each in gate.findings if each.severity is Severity.ERROR}
    if (stopped_by := errors_of_gate(preview)) and stopped_by != reported:
        raise refused(
            f"--gate {file}: is of another preview: that one was stopped by "
            f"{', '.join(sorted(stopped_by))}, and the file has "
            f"{', '.join(sorted(reported)) or 'no error'}. Make both in one run: "
            f"{_IN_ONE_RUN}"
        )
    if strange := untold(gate, preview):
        listed = ", ".join(dict.fromkeys(f"{each.rule} of {each.subject}" for each in strange))
        raise refused(
            f"--gate {file}: is of another preview: it has findings that this one does not have "
            f"({listed}). Make both in one run: {_IN_ONE_RUN}"
        )


def _asked(
    read: _ReadPreview, place: Mapping[str, str], *, quiet: bool, verbose: bool
) -> _PrecheckAnswers:
    """Ask a cloud what the configs need that are there after the update."""
    from pulumi_functiongraph.cli.account import settings_of
    from pulumi_functiongraph.cli.live import checked
    from pulumi_functiongraph.cli.progress import ASKING, reading

    subjects, missing = subjects_of(read.stack)
    if not subjects:
        return _PrecheckAnswers((), 0, missing)
    try:
        settings = settings_of(
            **place, stack_config=read.stack.settings, needed=("credentials",), quiet=quiet
        )
        with reading(ASKING, settings, quiet=quiet, verbose=verbose) as report:
            results = checked(settings, subjects, report=report, mended_by=read.stack.mended_by)
    except FunctionGraphError as error:
        why = "; ".join(str(error).splitlines())
        return _PrecheckAnswers(
            missing=(f"whether notifications would arrive was not checked: {why}",)
        )
    if unknown := unanswered(results):
        missing = (*missing, f"not answered: {unknown} about whether notifications arrive")
    return _PrecheckAnswers(results, len(subjects), missing)


def _code(document: ReviewDocument, read: _ReadPreview, fail_on: FailOn) -> int:
    """What could not be judged wins over what was found; what a gate stopped it has judged."""
    is_judged = read.is_whole and (bool(document.errors) or not document.is_stopped)
    if not is_judged:
        return 2
    return 1 if fail_on.any_of(document.findings) else 0
