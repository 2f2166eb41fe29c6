"""What is live, read for a command by sessions that can only read."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from pulumi_functiongraph.cli.account import project_of, session_of, settings_of
from pulumi_functiongraph.cli.exits import errors_end_command
from pulumi_functiongraph.cli.progress import LIVE, reading
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.drift.inputs import LiveReadings
from pulumi_functiongraph.core.names import Place
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.operations.both_sides import ReadOnlyAccount
from pulumi_functiongraph.operations.drift import read_live
from pulumi_functiongraph.operations.scheduler import Progress

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.walk_client import WalkClient
    from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig
    from pulumi_functiongraph.core.prechecks.judging import Mending


@contextmanager
def account_of(
    stack_config: Mapping[str, str], *, quiet: bool, verbose: bool
) -> Iterator[ReadOnlyAccount]:
    """Open the account of a stack's settings; verbose logs each request.

    Raises:
        typer.Exit: settings are missing; the message says which.
    """
    with errors_end_command():
        settings = settings_of(stack_config=stack_config, needed=("credentials",), quiet=quiet)
    with (
        closing(session_of(settings)) as session,
        reading(LIVE, settings, quiet=quiet, verbose=verbose) as report,
    ):
        yield ReadOnlyAccount(
            settings.region,
            FunctionGraph(session),
            partial(project_of, session),
            partial(beyond, session),
            partial(checked, settings, report=report),
            report,
        )


def beyond(session: Session, places: Iterable[Place], deadline: float) -> WalkClient:
    """What a walk asks about everything that was not read: triggers, aliases, other projects."""
    # Most commands neither walk nor check, and start without either.
    from pulumi_functiongraph.cloud.walk_client import WalkClient

    return WalkClient(session, places=frozenset(places), deadline=deadline, topics_by_triggers=True)


def read_project(settings: Settings, *, quiet: bool, verbose: bool) -> LiveReadings:
    """Every config of the settings' project; verbose logs each request.

    Raises:
        CloudError: the project could not be looked up.
    """
    with (
        closing(session_of(settings)) as session,
        reading(LIVE, settings, quiet=quiet, verbose=verbose) as report,
    ):
        places = (project_of(session),)
        return read_live(FunctionGraph(session), (), places=places, progress=report)


def checked(
    settings: Settings,
    subjects: Sequence[CheckedConfig],
    *,
    report: Progress,
    mended_by: Mending | None = None,
) -> tuple[CheckResult, ...]:
    """Ask about everything that some configs need, within the time that the settings give.

    Raises:
        CloudError: a project or an endpoint could not be found out.
    """
    from pulumi_functiongraph.cloud.precheck_client import of_settings
    from pulumi_functiongraph.core.prechecks.checked_configs import functions_of
    from pulumi_functiongraph.core.prechecks.judging import nobody
    from pulumi_functiongraph.operations.answers import Answers
    from pulumi_functiongraph.operations.precheck import precheck

    deadline = time.monotonic() + settings.precheck_timeout
    functions = [urn for subject in subjects for urn in functions_of(subject)]
    facts = of_settings(settings, functions=functions, deadline=deadline)
    return precheck(
        subjects,
        Answers(facts),
        deadline=deadline,
        clock=time.monotonic,
        mended_by=mended_by or nobody,
        progress=report,
    )
