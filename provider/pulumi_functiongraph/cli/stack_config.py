"""What the Pulumi config of the stack that is selected here says of this package.

Pulumi is asked only in a project whose files set something of this package, because that takes half
a second. What it says stays in memory, because it has secrets in clear.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import typer

from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.redaction import redacted

NAMESPACE = "functiongraph:"

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
_ELSEWHERE = re.compile(r"^stackConfigDir:\s*['\"]?(?P<folder>[^'\"\s#]+)", re.MULTILINE)
_CREDENTIALS = ("accessKey", "secretKey", "securityToken")
_PATIENCE = 60.0
"""Seconds for one answer of Pulumi; a backend in a bucket far away takes some."""


def config_of_selected_stack(folder: Path) -> Mapping[str, str]:
    """What the stack says that is selected in a folder, by keys without namespace.

    Where Pulumi cannot say it, a warning says so, and it is as if nothing was set.

    Args:
        folder: an absolute path, in a project of Pulumi or not.

    Raises:
        SettingsError: it has access keys that cannot be decrypted here, so that nobody knows as
            whom to look.
    """
    project = _project_around(folder)
    if project is None or not any(NAMESPACE in text for text in _texts(project)):
        return {}
    values, why = _asked(project, "--show-secrets")
    if why:
        values, why = _asked(project)
    if why:
        typer.echo(f"warning: the Pulumi config of this folder is not used: {why}", err=True)
        return {}
    if any(values.get(key, "") is None for key in _CREDENTIALS):
        raise SettingsError(
            "the stack that is selected in this folder has access keys of its own, and they cannot "
            "be decrypted here. Set PULUMI_CONFIG_PASSPHRASE or what else decrypts them, or run "
            "this outside of the project to look with other credentials"
        )
    return {key: value for key, value in values.items() if value is not None}


def _project_around(folder: Path) -> Path | None:
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


def _asked(project: Path, *more: str) -> tuple[dict[str, str | None], str]:
    """The values, ``None`` for one that is not shown; and why there are none."""
    if shutil.which("pulumi") is None:
        return {}, "there is no pulumi on PATH that could say it"
    command = ["pulumi", "config", "--json", "--non-interactive", "--color=never", *more]
    try:
        run = subprocess.run(  # noqa: S603 - the arguments are ours, and no shell reads them
            command,
            cwd=project.parent,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
        said = redacted(" ".join(run.stderr.decode(errors="replace").split()))
        if run.returncode != 0:
            return {}, said.removeprefix("error: ") or f"pulumi ended with {run.returncode}"
        return _values(json.loads(run.stdout)), ""
    except subprocess.TimeoutExpired:
        return {}, f"pulumi config did not end within {_PATIENCE:.0f} seconds"
    except OSError as error:
        return {}, f"pulumi could not be run: {error.strerror}"
    except ValueError:
        return {}, "pulumi config wrote no JSON"


def _values(told: object) -> dict[str, str | None]:
    entries = told if isinstance(told, dict) else {}
    found: dict[str, str | None] = {}
    for key, entry in sorted(entries.items()):
        if key.startswith(NAMESPACE) and isinstance(entry, dict):
            value = entry.get("value")
            found[key.removeprefix(NAMESPACE)] = value if isinstance(value, str) else None
    return found
