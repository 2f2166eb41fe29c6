"""Which severity the project of the current folder gives the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_functiongraph.cli.exits import refused

if TYPE_CHECKING:
    from pulumi_functiongraph.core.severities import Grades


def project_grades() -> Grades:
    """What a pyproject.toml says, looked for from the current folder upwards.

    Raises:
        typer.Exit: it says what means nothing; it was said what.
    """
    from pulumi_functiongraph.core.errors import SettingsError
    from pulumi_functiongraph.operations.project_file import grades_of

    try:
        return grades_of(Path.cwd())
    except SettingsError as error:
        raise refused(str(error)) from error
