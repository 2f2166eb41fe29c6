"""Stacks that a command names: files of an export, or names that Pulumi is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.cli.documents import parsed
from pulumi_functiongraph.cli.engine import NoAnswer, PulumiFailed, ask_pulumi
from pulumi_functiongraph.cli.exits import errors_end_command, refused
from pulumi_functiongraph.core.pattern_redaction import redacted
from pulumi_functiongraph.core.stack import Export, are_of_one_stack, parse_export, stack_of

_TIMEOUT = 120.0
"""Seconds for one export."""


class Exported(msgspec.Struct, frozen=True):
    """What one stack declares, how it was named, and what limits it."""

    export: Export
    source: str
    note: str = ""


def read_stacks(
    files: Iterable[Path], names: Iterable[str], *, backend: str | None
) -> Iterator[Exported]:
    """The stacks of some files and names; without any, the one that is selected here.

    Raises:
        typer.Exit: one cannot be read; the message says which and why.
    """
    files, names = tuple(files), tuple(names)
    yield from map(cache(partial(_from_pulumi, backend=backend)), names or ([] if files else [""]))
    yield from map(cache(_from_file), files)


def each_once(named: Iterable[Exported]) -> tuple[Exported, ...]:
    """The stacks without those that were named before, which the notes say."""
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
        note = f"{first.source} {again}: one stack, looked at once"
        notes = dict.fromkeys(filter(None, [first.note, note]))
        kept[place] = replace(first, note="; ".join(notes))
    return tuple(kept)


def exported_state(urn: str) -> Export:
    """The state of the stack that a Pulumi URN names, without secrets.

    Pulumi is asked in the project of this folder; what it knows of another stack is not taken.

    Raises:
        NoAnswer: Pulumi does not export it.
        InvalidInput: what it writes cannot be read.
    """
    if not urn:
        raise NoAnswer("the preview does not name its stack")
    name = urn.removeprefix("urn:pulumi:").partition("::")[0]
    found = parse_export(_ask_for_export(name, backend=None))
    if {stack_of(each.urn) for each in found.deployment.resources} != {stack_of(urn)}:
        raise NoAnswer(f"what it exports is not {stack_of(urn)}")
    return found


def _from_file(file: Path) -> Exported:
    return Exported(parsed(file, parse_export, option="--stack"), f"--stack {file}")


def _from_pulumi(name: str, *, backend: str | None) -> Exported:
    """What Pulumi exports of a stack; where it cannot decrypt the secrets, without them."""
    shown = f"stack {name}" if name else "the stack that is selected here"
    shown = f"{shown} of {redacted(backend)}" if backend else shown
    note = ""
    try:
        try:
            content = _ask_for_export(name, "--show-secrets", backend=backend)
        except PulumiFailed as error:
            content = _ask_for_export(name, backend=backend)
            note = f"the secrets of {shown} could not be decrypted: {error}"
    except NoAnswer as error:
        instead = "; give what pulumi stack export wrote: fgctl drift --stack FILE"
        hint = "" if isinstance(error, PulumiFailed) else instead
        raise refused(f"could not export {shown}: {error}{hint}") from error
    with errors_end_command(shown):
        return Exported(parse_export(content), shown, note)


def _ask_for_export(name: str, *options: str, backend: str | None) -> bytes:
    chosen = ["--stack", name] if name else []
    return ask_pulumi("stack", "export", *chosen, *options, timeout=_TIMEOUT, backend=backend)
