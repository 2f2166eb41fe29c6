"""A preview, and the state beside it: together they declare a whole stack."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer
from msgspec.structs import replace

from pulumi_functiongraph.cli.documents import STDIN, parsed_if_given
from pulumi_functiongraph.cli.engine import NoAnswer
from pulumi_functiongraph.cli.exits import errors_end_command
from pulumi_functiongraph.cli.progress import OF_PULUMI, progress
from pulumi_functiongraph.cli.secret_hiding import hiding
from pulumi_functiongraph.cli.stacks import exported_state
from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig, checked_config
from pulumi_functiongraph.core.stack import (
    Export,
    Preview,
    Stack,
    is_of_new_stack,
    parse_export,
    parse_preview,
    read_stack,
    stack_of,
)
from pulumi_functiongraph.core.stack.secret_values import with_messages_hidden
from pulumi_functiongraph.operations.present_places import with_present_places
from pulumi_functiongraph.report.stack_notes import stack_gaps, stack_notes

_MOST_NAMES = 10
"""Names that are listed in a line."""


class DeclaredStack(msgspec.Struct, frozen=True):
    """What files of Pulumi declare, what was not read of it, and what else limits it."""

    stack: Stack
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_declared(preview: Path | None, stack: Path | None, *, command: str) -> DeclaredStack:
    """What the two files say of a stack, and Pulumi of what a preview alone leaves out.

    Raises:
        typer.Exit: one cannot be read; the message says which and why.
    """
    if preview is None and stack is None:
        example = f"pulumi preview --json | fgctl {command} --preview -"
        raise typer.BadParameter(f"give --preview, --stack or both, such as: {example}")
    if preview == stack == STDIN:
        raise typer.BadParameter("--preview and --stack cannot both be standard input.")
    previewed = parsed_if_given(preview, parse_preview, option="--preview")
    exported = parsed_if_given(stack, parse_export, option="--stack")
    if previewed is not None:
        previewed = with_messages_hidden(previewed, hiding(previewed, exported))
    with errors_end_command():
        beside = state_beside(previewed, exported)
        whole = read_stack(preview=previewed, export=beside.export)
    notes = (beside.note,) if beside.note else ()
    return DeclaredStack(
        whole,
        stack_gaps(whole, command=command, why=beside.why),
        (*notes, *stack_notes(whole)),
    )


class StateBeside(msgspec.Struct, frozen=True):
    """The state of a previewed stack, as far as it is there.

    Attributes:
        export: what was given, else what Pulumi exports; ``None`` for nothing.
        note: where it was taken from, empty where it was given.
        why: why Pulumi could not export it, empty where it was not asked.
    """

    export: Export | None
    note: str = ""
    why: str = ""


def state_beside(
    preview: Preview | None, export: Export | None, *, is_stopped: bool = False
) -> StateBeside:
    """The state that a preview needs beside it; Pulumi is asked only where none is given.

    A preview lists only what changes. One that the program's gate stopped (`is_stopped`) counts
    nothing as left out, and needs the state all the same, unless it creates the stack.

    Raises:
        InvalidInput: the preview has what this release does not understand.
    """
    if preview is None:
        return StateBeside(export)
    if export is not None:
        return _as_it_is_now(StateBeside(export), preview)
    is_short = is_stopped and not is_of_new_stack(preview)
    if not is_short and not read_stack(preview=preview).left_out:
        return StateBeside(None)
    urn = next((step.urn for step in preview.steps), "")
    try:
        with progress(OF_PULUMI):
            found = exported_state(urn)
    except (InvalidInput, NoAnswer) as error:
        return StateBeside(None, why=str(error))
    note = f"what the preview leaves out is from Pulumi's state of {stack_of(urn)}"
    return _as_it_is_now(StateBeside(found, note), preview)


def _as_it_is_now(beside: StateBeside, preview: Preview) -> StateBeside:
    """The state with the places of what is unchanged in the program that is in this folder."""
    if beside.export is None:
        return beside
    listed = {step.urn for step in preview.steps}
    export, past = with_present_places(beside.export, listed=listed, folder=Path.cwd())
    if not past:
        return replace(beside, export=export)
    named = f"{', '.join(past[:_MOST_NAMES])}{' and more' if len(past) > _MOST_NAMES else ''}"
    note = (
        f"where these unchanged configs are declared is shown as of the last update, because the "
        f"program does not name them literally: {named}"
    )
    return replace(beside, export=export, note="; ".join(filter(None, [beside.note, note])))


def subjects_of(stack: Stack) -> tuple[list[CheckedConfig], tuple[str, ...]]:
    """The configs that are there after an update, as a pre-check takes them, and what is unknown.

    Returns:
        The configs, and what cannot be checked of them, in a line each.
    """
    staying = [config for config in stack.configs if not config.is_removed]
    found = [
        (subject, bool(config.secret))
        for number, config in enumerate(staying)
        if (subject := checked_config(config.declaration, number=number)) is not None
    ]
    is_open = [is_secret for subject, is_secret in found if subject.is_open]
    late, hidden = is_open.count(False), is_open.count(True)
    missing = []
    if late:
        missing.append(
            f"{_having(late)} values that are known only during the update; pulumi up checks those "
            f"right before they are sent{_ACCEPT}"
        )
    if hidden:
        missing.append(
            f"{_having(hidden)} names that are secret; secrets are not looked into, so it is not "
            f"known whether those notifications arrive{_ACCEPT}"
        )
    return [subject for subject, _ in found], tuple(missing)


_ACCEPT = " (--partial-ok: no exit code 2 for it)"
"""How to go on where it is normal that something is not known."""


def _having(number: int) -> str:
    return f"{counted(number, 'config')} {'has' if number == 1 else 'have'}"
