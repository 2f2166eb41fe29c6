"""The account that a command looks at: where, as whom, and never able to change anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.http.session import Session
    from pulumi_functiongraph.cloud.settings import Need, Settings

_PANEL = "Where to look (else: as a stack's config says that was given, then the environment)"

RegionOption: TypeAlias = Annotated[
    str, typer.Option("--region", metavar="REGION", help="Region id.", rich_help_panel=_PANEL)
]
ProjectOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--project-id",
        metavar="ID",
        help="Project id; looked up by the region when nothing says it.",
        rich_help_panel=_PANEL,
    ),
]
CloudOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--cloud",
        metavar="CLOUD",
        help="huawei or otc; told by the region otherwise.",
        autocompletion=lambda: ["huawei", "otc"],
        rich_help_panel=_PANEL,
    ),
]

_TOLD: set[str] = set()
"""What this process, which runs one command, has told."""


def settings_of(
    *,
    region: str = "",
    project_id: str = "",
    cloud: str = "",
    stack_config: Mapping[str, str] | None = None,
    needed: tuple[Need, ...] = ("credentials", "region"),
    quiet: bool = False,
) -> Settings:
    """What the options, a stack's config and the environment say, in this order.

    What is set and not used is told on standard error, once in a command.

    Args:
        region: of ``--region``.
        project_id: of ``--project-id``.
        cloud: of ``--cloud``.
        stack_config: Pulumi config without the namespace ``functiongraph:``; without it, that of
            the stack that is selected in this folder.
        needed: what the command cannot do without.
        quiet: whether nothing is told.

    Raises:
        SettingsError: all that is missing or not valid, at once.
    """
    from pulumi_functiongraph.cli.stack_config import config_of_selected_stack
    from pulumi_functiongraph.cloud.settings import from_process

    if stack_config is None:
        stack_config = config_of_selected_stack(Path.cwd())
    said = {"region": region, "projectId": project_id, "cloud": cloud}
    chosen = {key: value for key, value in said.items() if value}
    settings = from_process({**stack_config, **chosen}, needed=needed)
    if not quiet:
        _tell(settings.notes)
    return settings


def _tell(notes: tuple[str, ...]) -> None:
    """Notes that were not told yet; a command may ask for the settings of several stacks."""
    for note in notes:
        if note not in _TOLD:
            typer.echo(f"warning: {note}", err=True)
        _TOLD.add(note)


def session_of(settings: Settings) -> Session:
    """A session that refuses whatever could change something.

    Only GET and HEAD pass, and the POST with which IAM is asked for a token.
    """
    from pulumi_functiongraph.cloud.http.session import Session

    return Session(settings, read_only=True)


def project_of(session: Session) -> tuple[str, str]:
    """The region and the project id that the settings name; the project is looked up if need be.

    Raises:
        CloudError: it could not be looked up.
    """
    settings = session.settings
    if settings.project_id:
        return settings.region, settings.project_id
    from pulumi_functiongraph.cloud.services.iam import Iam

    return settings.region, Iam(session).project_of(settings.region).id
