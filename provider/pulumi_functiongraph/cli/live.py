"""What is live, read for a command by sessions that can only read."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from pulumi_functiongraph.cli.account import project_of, session_of, settings_of
from pulumi_functiongraph.cli.exits import refusing
from pulumi_functiongraph.cli.progress import progress, requests_logged
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.precheck_client import of_settings
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.core.drift.inputs import LiveReadings
from pulumi_functiongraph.core.graph import Graph
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig, functions_of
from pulumi_functiongraph.core.prechecks.judging import Mending, nobody
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.stack import Stack, sources_of
from pulumi_functiongraph.operations.answers import Answers
from pulumi_functiongraph.operations.both_sides import WALK, Account
from pulumi_functiongraph.operations.drift import read_live
from pulumi_functiongraph.operations.live_graph import laid_over, starts_of, walk_on
from pulumi_functiongraph.operations.precheck import precheck
from pulumi_functiongraph.operations.walk import can_be_read


@contextmanager
def account_of(stack_config: Mapping[str, str], *, quiet: bool, verbose: bool) -> Iterator[Account]:
    """Open the account of a stack's settings; verbose logs each request.

    Raises:
        typer.Exit: settings are missing; the message says which.
    """
    with refusing():
        settings = settings_of(stack_config=stack_config, needed=("credentials",))
    with (
        closing(session_of(settings)) as session,
        requests_logged(settings, verbose=verbose),
        progress("reading what is live", quiet=quiet or verbose) as report,
    ):
        yield Account(
            settings.region,
            FunctionGraph(session),
            partial(project_of, session),
            partial(_beyond, session),
            partial(checked, settings),
            report,
        )


def _beyond(session: Session, places: Iterable[Place], deadline: float) -> WalkClient:
    """What a walk asks about everything that was not read: triggers, aliases, other projects."""
    return WalkClient(session, places=frozenset(places), deadline=deadline, topics_by_triggers=True)


def read_project(settings: Settings) -> LiveReadings:
    """Every config of the settings' project.

    Raises:
        CloudError: the project could not be looked up.
    """
    with closing(session_of(settings)) as session:
        return read_live(FunctionGraph(session), (), places=(project_of(session),))


def checked(
    settings: Settings, subjects: Sequence[CheckedConfig], *, mended_by: Mending = nobody
) -> tuple[CheckResult, ...]:
    """Ask about everything that some configs need, within the time that the settings give.

    Raises:
        CloudError: a project or an endpoint could not be found out.
    """
    deadline = time.monotonic() + settings.precheck_timeout
    functions = [urn for subject in subjects for urn in functions_of(subject)]
    facts = of_settings(settings, functions=functions, deadline=deadline)
    return precheck(
        subjects,
        Answers(facts),
        deadline=deadline,
        clock=time.monotonic,
        mended_by=mended_by,
    )


@dataclass(frozen=True, slots=True)
class LiveGraph:
    """What is live with what a stack declares laid over it, and what could not be read."""

    graph: Graph
    unread: tuple[str, ...]


def read_live_graph(settings: Settings, stack: Stack) -> LiveGraph:
    """Read every config of the settings' project and of the stack's, and what they lead to.

    Of a stack without a config, all is as it is live.

    Raises:
        CloudError: the project could not be looked up.
    """
    with closing(session_of(settings)) as session, progress("reading what is live") as report:
        places = {project_of(session), *_places_of(stack)}
        read = read_live(FunctionGraph(session), (), places=places, progress=report)
        deadline = time.monotonic() + WALK
        walked = walk_on(
            read,
            _beyond(session, places, deadline),
            start=starts_of(stack),
            deadline=deadline,
            clock=time.monotonic,
        )
    graph = laid_over(stack, walked)
    return LiveGraph(replace(graph, unreadable={}), tuple(_unread(read, graph)))


def _unread(read: LiveReadings, graph: Graph) -> Iterator[str]:
    """What could not be read and may matter: a declared config replaces the live one."""
    yield from (f"{name}: {why}" for name, why in read.unread.items())
    unread = graph.unreadable
    yield from (f"{node}: {why}" for node, why in unread.items() if node.key not in graph.declared)


def _places_of(stack: Stack) -> Iterator[Place]:
    """The projects of the functions that have a declared config."""
    for node in filter(can_be_read, sources_of(stack)):
        yield FunctionUrn.parse(node.key).place
