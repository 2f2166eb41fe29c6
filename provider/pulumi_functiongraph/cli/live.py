"""What is live, read for a command by sessions that can only read."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from pulumi_functiongraph.cli.account import project_of, session_of, settings_of
from pulumi_functiongraph.cli.exits import refusing
from pulumi_functiongraph.cli.progress import progress, requests_logged
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.precheck_client import of_settings
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.cloud.wire import as_read_back
from pulumi_functiongraph.core.drift.inputs import DeclaredConfig, LiveReadings
from pulumi_functiongraph.core.errors import CloudError
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import Graph
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig, functions_of
from pulumi_functiongraph.core.prechecks.judging import Mending, nobody
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.stack import (
    Export,
    Stack,
    declared_configs,
    edges_of,
    provider_settings,
    read_stack,
    sources_of,
)
from pulumi_functiongraph.operations.answers import Answers
from pulumi_functiongraph.operations.drift import read_live
from pulumi_functiongraph.operations.live_findings import (
    LiveFindings,
    find_cycles,
    find_undelivered,
    live_subjects,
)
from pulumi_functiongraph.operations.live_graph import laid_over, starts_of, walk_on
from pulumi_functiongraph.operations.precheck import precheck
from pulumi_functiongraph.operations.walk import can_be_read

WALK = 300.0
"""Seconds for the walk beyond the configs that were read; what is left then is unknown."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a command reads (`whole`: also configs that nobody declares), and how it reports it."""

    whole: bool
    cycles: bool
    prechecks: bool
    quiet: bool
    verbose: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the stacks declare, what is live and was found in it, and what is not known and why."""

    declared: tuple[DeclaredConfig, ...]
    live: LiveReadings
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()


def look_at(exports: Iterable[Export], look: Look) -> Found:
    """Read what is live of some stacks, of each with its own settings.

    Raises:
        typer.Exit: settings are missing; the message says which.
    """
    alike: dict[tuple[tuple[str, str], ...], list[Export]] = {}
    for export in exports:
        alike.setdefault(tuple(sorted(provider_settings(export).items())), []).append(export)
    found = [_look(dict(config), group, look) for config, group in alike.items()]
    return Found(
        tuple(config for each in found for config in each.declared),
        LiveReadings(
            {urn: one for each in found for urn, one in each.live.configs.items()},
            tuple(sorted({place for each in found for place in each.live.places})),
            {name: why for each in found for name, why in each.live.unread.items()},
        ),
        tuple(finding for each in found for finding in each.findings),
        tuple(dict.fromkeys(why for each in found for why in each.missing)),
    )


def _look(stack_config: dict[str, str], exports: Collection[Export], look: Look) -> Found:
    """Read what is live of the stacks that have the same settings."""
    stacks = [read_stack(export=export, reveal=True) for export in exports]
    declared = tuple(
        config for stack in stacks for config in declared_configs(stack, as_read_back=as_read_back)
    )
    urns = {config.function_urn for config in declared if config.function_urn is not None}
    judged: list[LiveFindings] = []
    with refusing():
        settings = settings_of(stack_config=stack_config, needed=("credentials",))
    with (
        closing(session_of(settings)) as session,
        requests_logged(settings, verbose=look.verbose),
        progress("reading what is live", quiet=look.quiet or look.verbose) as report,
    ):
        places, unknown = _places(urns, session) if look.whole or look.cycles else (set(), {})
        live = read_live(
            FunctionGraph(session), urns, places=places if look.whole else (), progress=report
        )
        live = replace(live, unread={**live.unread, **unknown})
        if look.cycles:
            edges = (edge for stack in stacks for edge in edges_of(stack))
            deadline = time.monotonic() + WALK
            beyond = _beyond(session, places, deadline=deadline)
            clock = time.monotonic
            judged.append(find_cycles(live, beyond, declared=edges, deadline=deadline, clock=clock))
        if look.prechecks:
            judged.append(find_undelivered(checked(settings, live_subjects(live))))
    missing = [each.missing for each in judged if each.missing]
    if not (declared or places or unknown):
        looked = look.whole or look.cycles
        missing.append(f"no stack declares a config, {_NO_PLACE if looked else _NONE_TO_COMPARE}")
    findings = tuple(finding for each in judged for finding in each.findings)
    return Found(declared, live, findings, tuple(missing))


_NO_PLACE = "and nothing says which project to look in: set FUNCTIONGRAPH_REGION"
_NONE_TO_COMPARE = (
    "so there is nothing to compare; without --declared-only, configs that no stack declares are "
    "looked for"
)


def _places(urns: Iterable[FunctionUrn], session: Session) -> tuple[set[Place], dict[str, str]]:
    """The projects of the declared functions and of the settings, and why that one is not known.

    A stack whose last config is gone names no project, and what it left behind is in that one.
    """
    places = {urn.place for urn in urns}
    region = session.settings.region
    if not region:
        return places, {}
    try:
        return {*places, project_of(session)}, {}
    except CloudError as error:
        return places, {f"the project of {region}": str(error)}


def _beyond(session: Session, places: Iterable[Place], *, deadline: float) -> WalkClient:
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
            _beyond(session, places, deadline=deadline),
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
