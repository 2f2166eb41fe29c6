"""`fgctl drift`: what stacks declare, compared with what is live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from pulumi_functiongraph.cli.clock import looked_at
from pulumi_functiongraph.cli.documents import parsed, project_grades
from pulumi_functiongraph.cli.exits import errors_end_command, refused
from pulumi_functiongraph.cli.live import account_of
from pulumi_functiongraph.cli.options import (
    FailOn,
    FailOnOption,
    PartialOption,
    QuietOption,
    VerboseOption,
    format_option,
    parse_with,
    with_option,
)
from pulumi_functiongraph.cli.outputs import FORMS, parse_outputs, write_report
from pulumi_functiongraph.cli.progress import OF_PULUMI, progress
from pulumi_functiongraph.cli.secret_hiding import hiding
from pulumi_functiongraph.cli.stacks import Exported, each_once, read_stacks
from pulumi_functiongraph.cloud.wire import as_read_back
from pulumi_functiongraph.core.drift.comparison import PendingChange, compare
from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.core.drift.ignore_file import Ignored, parse_ignored
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.severities import AS_WRITTEN
from pulumi_functiongraph.core.stack import Preview, parse_preview, read_stack, stack_of
from pulumi_functiongraph.core.stack.pending import pending_configs
from pulumi_functiongraph.core.stack.secret_values import with_messages_hidden
from pulumi_functiongraph.operations.both_sides import Wanted, read_both_sides
from pulumi_functiongraph.report.stack_notes import failure

WORDS = ("cycles", "precheck")
IGNORE_FILE = Path(".fgignore")

EPILOG = """\b
Exit codes: 0 in sync, 1 drift or a finding at or above --fail-on (never: 0),
2 not all could be read.
Examples:
  fgctl drift
  fgctl drift dev prod --format text --format sarif=drift.sarif
  pulumi stack export --show-secrets | fgctl drift --stack -
  fgctl drift --preview preview.json --with cycles,precheck --format html=drift.html"""


def drift(  # noqa: PLR0913 - typer reads one parameter for each option
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STACK]...",
            help="Stacks that Pulumi is asked about; without any, the one selected here.",
        ),
    ] = None,
    *,
    stack: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="What pulumi stack export wrote; several times."),
    ] = None,
    backend: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the stacks' state is.")
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What pulumi preview --json wrote; tells what is not applied yet from drift.",
        ),
    ] = None,
    forms: Annotated[list[str] | None, format_option(FORMS)] = None,
    fail_on: FailOnOption = FailOn.ERROR,
    ignore: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=f"What to leave out, and why; {IGNORE_FILE} if there is one."
        ),
    ] = None,
    declared_only: Annotated[
        bool, typer.Option("--declared-only", help="Do not look for configs that nobody declares.")
    ] = False,
    also: Annotated[
        str,
        with_option(WORDS, help="cycles, precheck or both, with a comma: judge what is live."),
    ] = "",
    partial_ok: PartialOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Compare what stacks declare with what is live; nothing is ever changed.

    Whole projects are read, so that configs that nobody declares are found too.
    """
    now = looked_at()
    outputs = parse_outputs(forms, read=(*(stack or ()), preview, ignore or IGNORE_FILE))
    asked = parse_with(also, words=WORDS)
    grades = project_grades() if asked else AS_WRITTEN
    wanted = Wanted(
        whole=not declared_only, cycles="cycles" in asked, prechecks="precheck" in asked
    )
    ignored = _ignored(ignore)
    with progress(OF_PULUMI, quiet=quiet or verbose):
        exported = each_once(read_stacks(stack or (), names or (), backend=backend))
    unapplied = _unapplied(preview, exported) if preview else _Unapplied()
    found = read_both_sides(
        [each.export for each in exported],
        partial(account_of, quiet=quiet, verbose=verbose),
        wanted,
        as_read_back=as_read_back,
    )
    document = compare(
        found.declared,
        found.live,
        stacks=_stacks(exported),
        pending=unapplied.pending,
        ignored=ignored,
        findings=grades.applied(found.findings),
        missing=(*unapplied.missing, *found.missing),
        notes=[*(each.note for each in exported if each.note), *grades.notes],
    )
    document = document.model_copy(update={"looked_at": now})
    write_report(document, "drift", outputs=outputs, grades=grades)
    raise typer.Exit(_code(document, fail_on, partial_ok=partial_ok))


def _ignored(file: Path | None) -> Ignored:
    if file is None and not IGNORE_FILE.exists():
        return Ignored()
    named = file or IGNORE_FILE
    try:
        return parse_ignored(named.read_text(encoding="utf-8"))
    except InvalidInput as error:
        raise refused("\n".join(f"{named}: {line}" for line in str(error).splitlines())) from error
    except OSError as error:
        raise refused(f"{named}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise refused(f"{named}: is not text in UTF-8") from error


class _Unapplied(msgspec.Struct, frozen=True):
    """What the previewed program declares beyond what is applied, and why there may be more."""

    pending: tuple[PendingChange, ...] = ()
    missing: tuple[str, ...] = ()


def _unapplied(file: Path, exported: Sequence[Exported]) -> _Unapplied:
    preview = parsed(file, parse_preview, option="--preview")
    hide = hiding(preview, *(each.export for each in exported))
    preview = with_messages_hidden(preview, hide)
    with errors_end_command(f"--preview {file}"):
        _check_one_of_them(preview, exported)
        missing = (
            f"what is not applied yet: {why}" for why in failure(read_stack(preview=preview))
        )
        return _Unapplied(tuple(pending_configs(preview)), tuple(missing))


def _stacks(exported: Iterable[Exported]) -> frozenset[str]:
    """The stacks, as far as their resources say which they are."""
    states = (each for one in exported for each in one.export.deployment.resources)
    return frozenset(stack_of(each.urn) for each in states)


def _check_one_of_them(preview: Preview, exported: Sequence[Exported]) -> None:
    previewed = {stack_of(step.urn) for step in preview.steps}
    known = _stacks(exported)
    if previewed and known and previewed.isdisjoint(known):
        what = f"is of {min(previewed)}"
        raise InvalidInput(
            [Problem("preview", what, f"expected one of {', '.join(sorted(known))}")]
        )


def _code(document: DriftDocument, fail_on: FailOn, *, partial_ok: bool) -> int:
    """What could not be read wins over what was found."""
    if not document.is_complete and not partial_ok:
        return 2
    has_drift = document.has_drift and fail_on is not FailOn.NEVER
    return 1 if has_drift or fail_on.any_of(document.findings) else 0
