"""`fgctl drift`: what stacks declare, compared with what is live."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_functiongraph.cli.checks import wanted
from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.cli.grades import project_grades
from pulumi_functiongraph.cli.outputs import FormOption, check_outputs, parse_outputs, write_report
from pulumi_functiongraph.cli.stacks import STDIN, Exported, each_once, read_stacks

if TYPE_CHECKING:
    from pulumi_functiongraph.core.drift.comparison import Pending
    from pulumi_functiongraph.core.drift.document import DriftDocument
    from pulumi_functiongraph.core.drift.ignore_file import Ignored
    from pulumi_functiongraph.core.stack import Preview

ALSO = ("cycles", "precheck")
IGNORE_FILE = Path(".fgignore")


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
    form: FormOption = None,
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
        typer.Option(
            "--with",
            metavar="WHAT",
            help="cycles, precheck or both, with a comma: judge what is live.",
            autocompletion=lambda: [*ALSO, ",".join(ALSO)],
        ),
    ] = "",
    partial_ok: Annotated[
        bool, typer.Option("--partial-ok", help="Do not exit with 2 for what cannot be read.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Neither progress nor notes on standard error.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell each request, and whose credentials.")
    ] = False,
) -> None:
    """Compare what stacks declare with what is live; nothing is ever changed.

    Whole projects are read, so that configs that nobody declares are found too.
    """
    from pulumi_functiongraph.cli.live import Look, look_at

    outputs = parse_outputs(form or ())
    check_outputs(outputs, read=(*(stack or ()), preview, ignore or IGNORE_FILE))
    asked = wanted(also, ALSO)
    grades = project_grades() if asked else None
    look = Look(
        whole=not declared_only,
        cycles="cycles" in asked,
        prechecks="precheck" in asked,
        quiet=quiet,
        verbose=verbose,
    )
    ignored = _ignored(ignore)
    exported = each_once(read_stacks(stack or (), names or (), backend=backend))
    unapplied = _unapplied(preview, exported)
    found = look_at([each.export for each in exported], look)
    # What compares and renders is loaded after the reading, which so begins earlier.
    from pulumi_functiongraph.core.drift.comparison import compare

    document = compare(
        found.declared,
        found.live,
        stacks=_stacks(exported),
        pending=unapplied.pending,
        ignored=ignored,
        findings=grades.applied(found.findings) if grades else (),
        missing=(*unapplied.missing, *found.missing),
        notes=[*(each.note for each in exported if each.note), *(grades.notes if grades else ())],
    )
    write_report(document, "drift", outputs=outputs, grades=grades)
    raise typer.Exit(_code(document, partial_ok=partial_ok))


def _ignored(file: Path | None) -> Ignored:
    from pulumi_functiongraph.core.drift.ignore_file import Ignored, parse_ignored
    from pulumi_functiongraph.core.errors import InvalidInput

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


@dataclass(frozen=True, slots=True)
class _Unapplied:
    """What the previewed program declares beyond what is applied.

    Attributes:
        pending: the changes.
        missing: why there may be others.
    """

    pending: tuple[Pending, ...] = ()
    missing: tuple[str, ...] = ()


def _unapplied(file: Path | None, exported: Sequence[Exported]) -> _Unapplied:
    if file is None:
        return _Unapplied()
    from pulumi_functiongraph.core.errors import InvalidInput
    from pulumi_functiongraph.core.stack import parse_preview, read_stack
    from pulumi_functiongraph.core.stack.pending import pending_configs
    from pulumi_functiongraph.report.stack_notes import failure

    try:
        preview = parse_preview(sys.stdin.buffer.read() if file == STDIN else file.read_bytes())
        _check_one_of_them(preview, exported)
        missing = (
            f"what is not applied yet: {why}" for why in failure(read_stack(preview=preview))
        )
        return _Unapplied(tuple(pending_configs(preview)), tuple(missing))
    except InvalidInput as error:
        raise refused(f"--preview {file}: {error}") from error
    except OSError as error:
        raise refused(f"--preview {file}: {error.strerror}") from error


def _stacks(exported: Iterable[Exported]) -> frozenset[str]:
    """The stacks, as far as their resources tell which they are."""
    from pulumi_functiongraph.core.stack import stack_of

    states = (each for one in exported for each in one.export.deployment.resources)
    return frozenset(stack_of(each.urn) for each in states)


def _check_one_of_them(preview: Preview, exported: Sequence[Exported]) -> None:
    from pulumi_functiongraph.core.errors import InvalidInput, Problem
    from pulumi_functiongraph.core.stack import stack_of

    previewed = {stack_of(step.urn) for step in preview.steps}
    known = _stacks(exported)
    if previewed and known and previewed.isdisjoint(known):
        what = f"is of {min(previewed)}"
        raise InvalidInput(
            [Problem("preview", what, f"expected one of {', '.join(sorted(known))}")]
        )


def _code(document: DriftDocument, *, partial_ok: bool) -> int:
    """What could not be read wins over what was found."""
    if not document.is_complete and not partial_ok:
        return 2
    return 1 if document.has_drift or document.errors else 0
