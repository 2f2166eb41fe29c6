"""Where in the user's program a resource is declared, told by the frames that Pulumi records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import unquote

from pulumi_functiongraph.core.stack.documents import State

_OF_THE_PROJECT = "project:///"
_ENTRY = "__main__.py"
_INSTALLED = ("site-packages", "dist-packages")
_NOT_THE_USER = ("pulumi", "pulumi_functiongraph")


def declared_at(state: State) -> str:
    """The line that declares a resource, as ``file:line`` relative to the project.

    It is the first frame outside Pulumi and this package; where that is a helper or a component,
    the line of the entry file is named too. Files outside the project are named without their
    folder, which is another one on each machine.
    """
    positions = [frame.source_position for frame in state.stack_trace] or [state.source_position]
    places = list(_of_the_user(positions))
    if not places:
        return ""
    entries = [place for place in places if place.startswith(f"{_ENTRY}:")]
    if not entries or entries[-1] == places[0]:
        return places[0]
    return f"{places[0]}, from {entries[-1]}"


def _of_the_user(positions: list[str]) -> Iterator[str]:
    for position in positions:
        address, _, at = position.partition("#")
        if not address:
            continue
        path = PurePosixPath(unquote(address.removeprefix(_OF_THE_PROJECT)))
        if not _is_ours(path.parts):
            is_inside = address.startswith(_OF_THE_PROJECT) and ".." not in path.parts
            shown = path if is_inside else path.name
            line = at.partition(",")[0]
            yield f"{shown}:{line}" if line else str(shown)


def _is_ours(parts: tuple[str, ...]) -> bool:
    """Whether a file is of Pulumi or of this package, installed or as sources."""
    if "pulumi_functiongraph" in parts:
        return True
    return any(
        folder in _INSTALLED and package in _NOT_THE_USER for folder, package in pairwise(parts)
    )
