"""The account that a command reads: where, as whom, and never able to change anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import typer

from pulumi_functiongraph.cli.stack_config import config_of_selected_stack
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.iam import Iam
from pulumi_functiongraph.cloud.settings import NeededSetting, Settings, from_process

_WARNED: set[str] = set()
"""The notes that this process, which runs one command, has printed."""


def settings_of(
    *,
    region: str = "",
    project_id: str = "",
    cloud: str = "",
    stack_config: Mapping[str, str] | None = None,
    needed: tuple[NeededSetting, ...] = ("credentials", "region"),
    quiet: bool = False,
) -> Settings:
    """What the options, a stack's config and the environment say, in this order.

    What is set and not used is printed on standard error, once in a command.

    Args:
        region: of ``--region``.
        project_id: of ``--project-id``.
        cloud: of ``--cloud``.
        stack_config: Pulumi config without the namespace ``functiongraph:``; without it, that of
            the stack that is selected in this folder.
        needed: what the command cannot do without.
        quiet: whether nothing is printed.

    Raises:
        SettingsError: all that is missing or not valid, at once.
    """
    if stack_config is None:
        stack_config = config_of_selected_stack(Path.cwd())
    options = {"region": region, "projectId": project_id, "cloud": cloud}
    chosen = {key: value for key, value in options.items() if value}
    settings = from_process({**stack_config, **chosen}, needed=needed)
    if not quiet:
        _warn(settings.notes)
    return settings


def _warn(notes: tuple[str, ...]) -> None:
    """Notes that were not printed yet; a command may ask for the settings of several stacks."""
    for note in notes:
        if note not in _WARNED:
            typer.echo(f"warning: {note}", err=True)
        _WARNED.add(note)


def session_of(settings: Settings) -> Session:
    """A session that refuses whatever could change something.

    Only GET and HEAD pass, and the POST with which IAM is asked for a token.
    """
    return Session(settings, read_only=True)


def project_of(session: Session) -> tuple[str, str]:
    """The region and the project id that the settings name; the project is looked up if need be.

    Raises:
        CloudError: it could not be looked up.
    """
    settings = session.settings
    if settings.project_id:
        return settings.region, settings.project_id
    return settings.region, Iam(session).project_of(settings.region).id
