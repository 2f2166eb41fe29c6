"""What the Pulumi config of the stack that is selected here says of this package.

Pulumi is asked only in a project whose files set something of this package, because that takes half
a second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import typer

from pulumi_functiongraph.cli.engine import NoAnswer, ask_pulumi
from pulumi_functiongraph.core.errors import SettingsError

NAMESPACE = "functiongraph:"

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
_ELSEWHERE = re.compile(r"^stackConfigDir:\s*['\"]?(?P<folder>[^'\"\s#]+)", re.MULTILINE)
_CREDENTIALS = ("accessKey", "secretKey", "securityToken")
_TIMEOUT = 60.0
"""Seconds for one answer of Pulumi."""


def config_of_selected_stack(folder: Path) -> Mapping[str, str]:
    """What the stack says that is selected in a folder, by keys without namespace.

    Where Pulumi cannot say it, a warning says so, and it is as if nothing was set.

    Raises:
        SettingsError: it has access keys that cannot be decrypted here, so that nobody knows as
            whom to look.
    """
    project = project_around(folder)
    if project is None or not any(NAMESPACE in text for text in _texts(project)):
        return {}
    try:
        values = _config(project.parent)
    except NoAnswer as error:
        typer.echo(f"warning: the Pulumi config of this folder is not used: {error}", err=True)
        return {}
    if any(values.get(key, "") is None for key in _CREDENTIALS):
        raise SettingsError(
            "the stack that is selected in this folder has access keys of its own, and they cannot "
            "be decrypted here. Set PULUMI_CONFIG_PASSPHRASE or what else decrypts them, or run "
            "this outside of the project to look with other credentials"
        )
    return {key: value for key, value in values.items() if value is not None}


def project_around(folder: Path) -> Path | None:
    """The file of the Pulumi project that a folder is in."""
    places = (place / name for place in (folder, *folder.parents) for name in _PROJECT_FILES)
    return next((place for place in places if place.is_file()), None)


def _texts(project: Path) -> Iterator[str]:
    """The files that may configure a stack of a project."""
    text = _text(project)
    yield text
    elsewhere = _ELSEWHERE.search(text)
    folder = project.parent / (elsewhere["folder"] if elsewhere else "")
    for file in sorted((*folder.glob("Pulumi.*.yaml"), *folder.glob("Pulumi.*.yml"))):
        yield _text(file)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _config(folder: Path) -> dict[str, str | None]:
    """The values, ``None`` for one that is not shown.

    Raises:
        NoAnswer: there are none, and why.
    """
    command = ("config", "--json")
    try:
        content = ask_pulumi(*command, "--show-secrets", timeout=_TIMEOUT, folder=folder)
    except NoAnswer:
        content = ask_pulumi(*command, timeout=_TIMEOUT, folder=folder)
    try:
        entries = json.loads(content)
    except ValueError as error:
        raise NoAnswer("pulumi config wrote no JSON") from error
    return _values(entries)


def _values(entries: object) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key, entry in sorted(entries.items()) if isinstance(entries, dict) else ():
        if key.startswith(NAMESPACE) and isinstance(entry, dict):
            value = entry.get("value")
            found[key.removeprefix(NAMESPACE)] = value if isinstance(value, str) else None
    return found
