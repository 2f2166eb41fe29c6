"""The settings of this package in the pyproject.toml of a project."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pulumi_functiongraph.core.errors import InvalidInput, SettingsError
from pulumi_functiongraph.core.severities import AS_WRITTEN, TABLE, Severities, parse_grades

_FILE = "pyproject.toml"


def grades_of(folder: Path) -> Severities:
    """What the project around a folder says of the rules.

    The first pyproject.toml counts that has a table of this package, upwards from the folder.

    Args:
        folder: an absolute path.

    Raises:
        SettingsError: such a file cannot be read, or says what means nothing; names the file.
    """
    for place in (folder, *folder.parents):
        file = place / _FILE
        table = _table_of(file)
        if table is not None:
            try:
                return parse_grades(table, source=_FILE)
            except InvalidInput as error:
                lines = str(error).splitlines()
                raise SettingsError("\n".join(f"{file}: {line}" for line in lines)) from error
    return AS_WRITTEN


def _table_of(file: Path) -> object:
    """The table of this package, ``None`` where there is none."""
    if not file.is_file():
        return None
    try:
        found: object = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{file}: is not TOML: {error}") from error
    for key in TABLE.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found
