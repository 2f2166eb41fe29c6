"""`fgctl review`: what a previewed update would do to notifications."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_functiongraph.cli.account import CloudOption, ProjectOption, RegionOption, settings_of
from pulumi_functiongraph.cli.checks import checked, declared_subjects, wanted
from pulumi_functiongraph.cli.documents import STDIN, parsed
from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.cli.grades import project_grades
from pulumi_functiongraph.cli.outputs import FormOption, check_outputs, parse_outputs, write_report
from pulumi_functiongraph.cli.stacks import state_beside

if TYPE_CHECKING:
    from pulumi_functiongraph.core.findings import Finding
    from pulumi_functiongraph.core.prechecks.results import Result
    from pulumi_functiongraph.core.review.document import ReviewDocument
    from pulumi_functiongraph.core.review.gate_report import GateReport
    from pulumi_functiongraph.core.severities import Grades
    from pulumi_functiongraph.core.stack import Export, Preview, Stack

ALSO = ("precheck",)
_IN_ONE_RUN = "FUNCTIONGRAPH_REPORT=report.json pulumi preview --json > preview.json"


class FailOn(StrEnum):
    """From which severity on findings exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


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
    form: FormOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="From which severity on to exit with 1.")
    ] = FailOn.ERROR,
    also: Annotated[
        str,
        typer.Option(
            "--with",
            metavar="WHAT",
            help="precheck: ask the cloud whether notifications would arrive.",
            autocompletion=lambda: [*ALSO],
        ),
    ] = "",
    partial_ok: Annotated[
        bool, typer.Option("--partial-ok", help="Do not exit with 2 for what cannot be checked.")
    ] = False,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
) -> None:
    """Say what a previewed update would do: each changed config, findings, who notifies whom.

    Pulumi is asked only for the state that a preview leaves out, where --stack does not give it,
    and a cloud only with --with; nothing is ever changed. Secrets stay what they are in a preview.
    """
    outputs = parse_outputs(form or ())
    check_outputs(outputs, read=(preview, stack, events, gate))
    if [preview, stack, events, gate].count(STDIN) > 1:
        message = "only one of --preview, --stack, --events and --gate can be standard input."
        raise typer.BadParameter(message)
    asked = wanted(also, ALSO)
    grades = project_grades()
    told = _told(preview, stack, events, gate)
    check = _checked(told, region, project_id, cloud) if asked else _Check()
    document = _judged(told, check, grades=grades)
    write_report(document, "review", outputs=outputs, grades=grades)
    is_whole = check.is_whole and told.is_read_by_gate
    raise typer.Exit(2 if not (is_whole or partial_ok) else _code(document, told, fail_on))


@dataclass(frozen=True, slots=True)
class _Told:
    """What Pulumi wrote."""

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


@dataclass(frozen=True, slots=True)
class _Check:
    """What a cloud said of what the configs need.

    Attributes:
        results: of every question.
        configs: number of configs that it was asked about, ``None`` where it was not.
        missing: what it did not answer.
    """

    results: tuple[Result, ...] = ()
    configs: int | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it answered all that it was asked."""
        return not self.missing


def _told(preview: Path, stack: Path | None, events: Path | None, gate: Path | None) -> _Told:
    from pulumi_functiongraph.core import stack as documents
    from pulumi_functiongraph.core.errors import InvalidInput
    from pulumi_functiongraph.core.review.gate_report import parse_gate_report
    from pulumi_functiongraph.core.stack.violations import (
        parse_violations,
        without_failure_of,
        without_failure_of_gate,
    )
    from pulumi_functiongraph.report.stack_notes import stack_gaps, stack_notes

    previewed = parsed(preview, documents.parse_preview, option="--preview")
    exported = parsed(stack, documents.parse_export, option="--stack")
    violations = parsed(events, parse_violations, option="--events") or ()
    found = parsed(gate, parse_gate_report, option="--gate")
    previewed = without_failure_of(violations, previewed or documents.Preview())
    _check_same_run(previewed, found, gate)
    judged = previewed if found is None else without_failure_of_gate(previewed)
    is_stopped = judged is not previewed
    beside = state_beside(previewed, exported, is_stopped=is_stopped)
    try:
        after = documents.read_stack(preview=judged, export=beside.export)
    except InvalidInput as error:
        raise refused(str(error)) from error
    notes = [beside.note] if beside.note else []
    if is_stopped and beside.why:
        notes.append(
            f"which edges are new is not known, and Pulumi was asked in vain for the stack's state "
            f"({beside.why}); add --stack: pulumi stack export | fgctl review --stack - …"
        )
    return _Told(
        previewed,
        beside.export,
        tuple(violations),
        found,
        after,
        (*notes, *stack_notes(after)),
        stack_gaps(after, command="review", why=beside.why),
    )


def _check_same_run(preview: Preview, gate: GateReport | None, file: Path | None) -> None:
    """Refuse the gate report of another stack, and of another preview as far as that shows."""
    from pulumi_functiongraph.core.findings import Severity
    from pulumi_functiongraph.core.review.gate_report import untold
    from pulumi_functiongraph.core.stack import stack_of
    from pulumi_functiongraph.core.stack.violations import errors_of_gate

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
        told = ", ".join(dict.fromkeys(f"{each.rule} of {each.subject}" for each in strange))
        raise refused(
            f"--gate {file}: is of another preview: it has findings that this one does not tell "
            f"({told}). Make both in one run: {_IN_ONE_RUN}"
        )


def _checked(told: _Told, region: str, project_id: str, cloud: str) -> _Check:
    """Ask a cloud what the configs need that are there after the update."""
    from pulumi_functiongraph.core.amounts import counted
    from pulumi_functiongraph.core.errors import FunctionGraphError
    from pulumi_functiongraph.core.prechecks.results import Outcome

    asked = declared_subjects(told.stack)
    if not asked.subjects:
        return _Check((), 0, tuple(asked.missing))
    try:
        settings = settings_of(
            region=region,
            project_id=project_id,
            cloud=cloud,
            stack_config=told.stack.settings,
            needed=("credentials",),
        )
        results = checked(settings, asked.subjects, mended_by=told.stack.mended_by)
    except FunctionGraphError as error:
        why = "; ".join(str(error).splitlines())
        return _Check(missing=(f"whether notifications would arrive was not checked: {why}",))
    missing = [*asked.missing]
    unknown = sum(each.outcome is Outcome.UNKNOWN for each in results)
    if unknown:
        questions = f"{unknown:,} of {counted(len(results), 'question')}"
        missing.append(f"not answered: {questions} about whether notifications arrive")
    return _Check(results, len(asked.subjects), tuple(missing))


def _judged(told: _Told, check: _Check, *, grades: Grades) -> ReviewDocument:
    from pulumi_functiongraph.core.comments import Comments
    from pulumi_functiongraph.core.review.changes import review as judged
    from pulumi_functiongraph.operations.source_lines import SourceLines

    return judged(
        told.preview,
        export=told.export,
        violations=told.violations,
        grades=grades,
        comments=Comments(SourceLines(Path.cwd())),
        prechecks=check.results,
        checked=check.configs,
        missing=told.missing,
        unchecked=check.missing,
        gate=told.gate,
        notes=told.notes,
    )


def _code(document: ReviewDocument, told: _Told, fail_on: FailOn) -> int:
    """What could not be judged wins over what was found; what a gate stopped it has judged."""
    is_judged = told.is_whole and (bool(document.errors) or not document.is_stopped)
    if not is_judged:
        return 2
    failing = {
        FailOn.ERROR: document.errors,
        FailOn.WARNING: (*document.errors, *document.warnings),
        FailOn.NEVER: (),
    }
    return 1 if failing[fail_on] else 0
