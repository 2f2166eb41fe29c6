"""Where configs are declared in the program as it is now.

A state knows the lines of the last update; a preview leaves out what is unchanged. So where the
project is at hand, the declarations are looked for in its source.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.stack.configs import is_config
from pulumi_functiongraph.core.stack.documents import Export, Frame, State
from pulumi_functiongraph.core.stack.places import declared_at

MOST_FILES = 2_000
"""Files of a project that are read; its packages and hidden folders are none of them."""

_CLASS = "AsyncNotificationConfig"
_NOT_THE_PROGRAM = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
_SETTING = re.compile(r"^(?P<key>name|main):\s*(?P<value>[^#\n]*?)\s*(?:#.*)?$", re.MULTILINE)


class _DeclarationCall(msgspec.Struct, frozen=True):
    """A call of the resource's class: its place, and its logical name where that is a literal."""

    file: str
    line: int
    name: str | None


def with_present_places(
    export: Export, *, listed: Collection[str], folder: Path
) -> tuple[Export, tuple[str, ...]]:
    """The state with the places of its configs as they are in the program now.

    Args:
        export: the state.
        listed: Pulumi URNs of what a preview tells itself, with its present place.
        folder: where the project is; of another project nothing is taken.

    Returns:
        The state, and the names of the configs whose place is still the one of the last update.
    """
    wanted = [
        state
        for state in export.deployment.resources
        if is_config(state) and state.urn not in listed
    ]
    projects = {state.urn.split("::")[1] for state in wanted if "::" in state.urn}
    program = _program(folder, projects)
    if program is None:
        return export, ()
    declarations = list(_declarations(program, folder))
    places = {state.urn: _place(state, declarations) for state in wanted}
    moved = export.deployment.model_copy(
        update={
            "resources": tuple(
                _at(state, places.get(state.urn)) for state in export.deployment.resources
            )
        }
    )
    past = tuple(sorted(name_in(state.urn) for state in wanted if not places[state.urn]))
    return export.model_copy(update={"deployment": moved}), past


def _program(folder: Path, projects: Collection[str]) -> Path | None:
    """The folder of the program, ``None`` where this is not the one project that is meant."""
    for name in ("Pulumi.yaml", "Pulumi.yml"):
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        settings = {found["key"]: found["value"].strip("\"'") for found in _SETTING.finditer(text)}
        if {settings.get("name")} != set(projects):
            return None
        program = folder / settings.get("main", "")
        return program if program.is_dir() else program.parent
    return None


def _declarations(program: Path, folder: Path) -> Iterator[_DeclarationCall]:
    for number, path in enumerate(_files(program)):
        if number == MOST_FILES:
            return
        try:
            tree = ast.parse(path.read_bytes())
            shown = path.relative_to(folder).as_posix()
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == _CLASS:
                yield _DeclarationCall(shown, node.lineno, _name(node))


def _files(program: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(program):
        kept = (one for one in folders if one not in _NOT_THE_PROGRAM and not one.startswith("."))
        folders[:] = sorted(kept)
        yield from (Path(root, file) for file in sorted(files) if file.endswith(".py"))


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _name(call: ast.Call) -> str | None:
    named = (keyword.value for keyword in call.keywords if keyword.arg == "resource_name")
    given = call.args[0] if call.args else next(named, None)
    is_text = isinstance(given, ast.Constant) and isinstance(given.value, str)
    return given.value if is_text else None  # type: ignore[union-attr]


def _place(state: State, declarations: Collection[_DeclarationCall]) -> str:
    """The present ``file:line``, empty where the source does not tell it."""
    named = [each for each in declarations if each.name == name_in(state.urn)]
    if len(named) == 1:
        return f"{named[0].file}:{named[0].line}"
    before = declared_at(state).partition(", from ")[0]
    unnamed = (f"{each.file}:{each.line}" for each in declarations if each.name is None)
    return before if before in unnamed else ""


def _at(state: State, place: str | None) -> State:
    if not place:
        return state
    file, _, line = place.rpartition(":")
    frame = Frame.model_validate({"sourcePosition": f"project:///{file}#{line}"})
    return state.model_copy(update={"stack_trace": (frame,), "source_position": ""})
