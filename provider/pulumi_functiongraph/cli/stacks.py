"""Stacks as a command is told of them: files of an export, or names that Pulumi is asked about.

What Pulumi writes goes through a pipe, never into a file, because it has secrets in clear.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.core.redaction import redacted

if TYPE_CHECKING:
    from pulumi_functiongraph.core.stack import Export, Preview

STDIN = Path("-")

_QUIET = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
}
"""What would otherwise write between the JSON: of a bucket whose answers have no checksum, such as
those of OBS, the S3 client of Pulumi warns on standard output."""

_MOST_NAMES = 10
"""Names that are listed in a line."""

_PATIENCE = 120.0
"""Seconds for one export; a backend in a bucket far away takes some."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One stack.

    Attributes:
        export: what it declares.
        source: how it was named.
        note: what limits it, empty for nothing.
    """

    export: Export
    source: str
    note: str = ""


def read_stacks(
    files: Iterable[Path], names: Iterable[str], *, backend: str | None
) -> Iterator[Exported]:
    """The stacks of some files and names; without any, the one that is selected here.

    Raises:
        typer.Exit: one cannot be read; it was said which and why.
    """
    told, asked = tuple(files), tuple(names)
    reading = cache(_read)
    asking = cache(partial(_asked, backend=backend))
    yield from map(asking, asked or ([] if told else [""]))
    yield from map(reading, told)


def each_once(named: Iterable[Exported]) -> tuple[Exported, ...]:
    """The stacks without those that were named before, which the notes tell."""
    from pulumi_functiongraph.core.stack import are_of_one_stack

    kept: list[Exported] = []
    for one in named:
        places = (
            place for place, each in enumerate(kept) if are_of_one_stack(each.export, one.export)
        )
        place = next(places, None)
        if place is None:
            kept.append(one)
            continue
        first = kept[place]
        again = "was named again" if one.source == first.source else f"is {one.source} as well"
        said = f"{first.source} {again}: one stack, looked at once"
        notes = dict.fromkeys(filter(None, [first.note, said]))
        kept[place] = replace(first, note="; ".join(notes))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Beside:
    """The state of a previewed stack, as far as it is there.

    Attributes:
        export: what was given, else what Pulumi told; ``None`` for nothing.
        note: where it was taken from, empty where it was given.
        why: why Pulumi could not tell it, empty where it was not asked.
    """

    export: Export | None
    note: str = ""
    why: str = ""


def state_beside(
    preview: Preview | None, export: Export | None, *, is_stopped: bool = False
) -> Beside:
    """The state that a preview needs beside it; Pulumi is asked only where none is given.

    One that the program's gate stopped (`is_stopped`) counts nothing as left out, and needs it all
    the same, unless it creates the stack.

    A preview names its stack, and lists only what changes. Pulumi is asked for the state of just
    that stack in the project of this folder; what it tells of another one is not taken.
    """
    from pulumi_functiongraph.core.errors import InvalidInput
    from pulumi_functiongraph.core.stack import is_of_new_stack, read_stack, stack_of

    if preview is None:
        return Beside(export)
    is_short = is_stopped and not is_of_new_stack(preview)
    if export is None and not is_short and not read_stack(preview=preview).left_out:
        return Beside(export)
    if export is not None:
        return _as_it_is_now(Beside(export), preview)
    urn = next((step.urn for step in preview.steps), "")
    try:
        found = _state_of(urn)
    except (InvalidInput, _NotRun) as error:
        return Beside(None, why=str(error))
    note = f"what the preview leaves out is from Pulumi's state of {stack_of(urn)}"
    return _as_it_is_now(Beside(found, note=note), preview)


def _as_it_is_now(beside: Beside, preview: Preview) -> Beside:
    """The state with the places of what is unchanged in the program that is in this folder."""
    from pulumi_functiongraph.operations.present_places import with_present_places

    if beside.export is None:
        return beside
    listed = {step.urn for step in preview.steps}
    export, past = with_present_places(beside.export, listed=listed, folder=Path.cwd())
    if not past:
        return replace(beside, export=export)
    named = f"{', '.join(past[:_MOST_NAMES])}{' and more' if len(past) > _MOST_NAMES else ''}"
    said = (
        f"where these unchanged configs are declared is told as of the last update, because the "
        f"program does not name them literally: {named}"
    )
    return replace(beside, export=export, note="; ".join(filter(None, [beside.note, said])))


def _state_of(urn: str) -> Export:
    """The state of the stack that a Pulumi URN names, without secrets.

    Raises:
        _NotRun: Pulumi does not tell it.
        InvalidInput: what it tells cannot be read.
    """
    from pulumi_functiongraph.core.stack import parse_export, stack_of

    if not urn:
        raise _NotRun("the preview does not name its stack")
    if shutil.which("pulumi") is None:
        raise _NotRun("there is no pulumi on PATH")
    run = _run(urn.removeprefix("urn:pulumi:").partition("::")[0], backend=None)
    if run.returncode != 0:
        raise _NotRun(_said(run))
    found = parse_export(run.stdout)
    if {stack_of(each.urn) for each in found.deployment.resources} != {stack_of(urn)}:
        raise _NotRun(f"what it exports is not {stack_of(urn)}")
    return found


class _NotRun(Exception):
    """Pulumi did not answer; says why."""


def _read(file: Path) -> Exported:
    source = f"--stack {file}"
    return Exported(_parsed(_content(file), source=source), source)


def _content(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
    except OSError as error:
        raise refused(f"--stack {file}: {error.strerror}") from error


def _parsed(content: bytes, *, source: str) -> Export:
    from pulumi_functiongraph.core.errors import InvalidInput
    from pulumi_functiongraph.core.stack import parse_export

    try:
        return parse_export(content)
    except InvalidInput as error:
        raise refused(f"{source}: {error}") from error


def _asked(name: str, *, backend: str | None) -> Exported:
    """What Pulumi exports of a stack; where it cannot decrypt the secrets, without them."""
    if shutil.which("pulumi") is None:
        raise refused(
            "there is no pulumi on PATH to export a stack with; put it there, or give what "
            "pulumi stack export wrote: fgctl drift --stack FILE"
        )
    shown = f"stack {name}" if name else "the stack that is selected here"
    shown = f"{shown} of {redacted(backend)}" if backend else shown
    clear = _pulumi(name, "--show-secrets", backend=backend)
    if clear.returncode == 0:
        return Exported(_parsed(clear.stdout, source=shown), shown)
    hidden = _pulumi(name, backend=backend)
    if hidden.returncode != 0:
        raise refused(f"could not export {shown}: {_said(hidden)}")
    note = f"the secrets of {shown} could not be decrypted: {_said(clear)}"
    return Exported(_parsed(hidden.stdout, source=shown), shown, note)


def _pulumi(name: str, *arguments: str, backend: str | None) -> subprocess.CompletedProcess[bytes]:
    try:
        return _run(name, *arguments, backend=backend)
    except _NotRun as error:
        raise refused(str(error)) from error


def _run(name: str, *arguments: str, backend: str | None) -> subprocess.CompletedProcess[bytes]:
    chosen = ["--stack", name] if name else []
    environment = {**_QUIET, **os.environ}
    if backend:
        environment["PULUMI_BACKEND_URL"] = backend
    command = ["pulumi", "stack", "export", "--non-interactive", "--color=never"]
    try:
        return subprocess.run(  # noqa: S603 - the arguments are ours, and no shell reads them
            [*command, *chosen, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        message = f"pulumi stack export did not end within {_PATIENCE:.0f} seconds"
        raise _NotRun(message) from error
    except OSError as error:
        raise _NotRun(f"could not run pulumi: {error.strerror}") from error


def _said(run: subprocess.CompletedProcess[bytes]) -> str:
    lines = [line for line in run.stderr.decode(errors="replace").splitlines() if line.strip()]
    said = redacted(" ".join(lines)).removeprefix("error: ")
    return said or f"pulumi ended with exit code {run.returncode}"
