"""What is live, for the commands that look at whole stacks: sessions that only read."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from pulumi_functiongraph.cli.account import project_of, session_of, settings_of
from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.cli.verbose import requests_told

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.http.session import Session
    from pulumi_functiongraph.cloud.settings import Settings
    from pulumi_functiongraph.core.drift.inputs import DeclaredConfig, Live
    from pulumi_functiongraph.core.findings import Finding
    from pulumi_functiongraph.core.names import FunctionUrn, Place
    from pulumi_functiongraph.core.stack import Export, Stack


@dataclass(frozen=True, slots=True)
class Look:
    """How a command looks.

    Attributes:
        whole: also for configs that nobody declares, in the projects of those that are.
        cycles: also for cycles.
        prechecks: also whether notifications arrive.
        quiet: without progress.
        verbose: telling each request.
    """

    whole: bool
    cycles: bool
    prechecks: bool
    quiet: bool
    verbose: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the stacks declare, and what is live.

    Attributes:
        declared: of every stack.
        live: what was read.
        findings: what was found in it.
        missing: what was asked for and cannot be said, and why.
    """

    declared: tuple[DeclaredConfig, ...]
    live: Live
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()


def look_at(exports: Iterable[Export], look: Look) -> Found:
    """Read what is live of some stacks, of each with its own settings.

    Raises:
        typer.Exit: settings are missing; it was said which.
    """
    from pulumi_functiongraph.core.drift.inputs import Live
    from pulumi_functiongraph.core.stack import provider_settings

    alike: dict[tuple[tuple[str, str], ...], list[Export]] = {}
    for export in exports:
        alike.setdefault(tuple(sorted(provider_settings(export).items())), []).append(export)
    found = [_look(dict(told), group, look) for told, group in alike.items()]
    return Found(
        tuple(config for each in found for config in each.declared),
        Live(
            {urn: one for each in found for urn, one in each.live.configs.items()},
            tuple(sorted({place for each in found for place in each.live.places})),
            {name: why for each in found for name, why in each.live.unread.items()},
        ),
        tuple(finding for each in found for finding in each.findings),
        tuple(dict.fromkeys(why for each in found for why in each.missing)),
    )


def _look(explicit: dict[str, str], exports: Collection[Export], look: Look) -> Found:
    """Read what is live of the stacks that have the same settings."""
    from pulumi_functiongraph.cli.progress import told
    from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
    from pulumi_functiongraph.cloud.wire import as_read_back
    from pulumi_functiongraph.core.stack import declared_configs, read_stack
    from pulumi_functiongraph.operations.drift import read_live

    stacks = [read_stack(export=export, reveal=True) for export in exports]
    declared = tuple(
        config for stack in stacks for config in declared_configs(stack, as_read_back=as_read_back)
    )
    settings = _settings(explicit)
    session = session_of(settings)
    urns = {config.function_urn for config in declared if config.function_urn is not None}
    silent = look.quiet or look.verbose
    with (
        closing(session),
        requests_told(settings, verbose=look.verbose),
        told("reading what is live", quiet=silent) as progress,
    ):
        places, unknown = _places(urns, session) if look.whole or look.cycles else (set(), {})
        live = read_live(
            FunctionGraph(session), urns, places=places if look.whole else (), progress=progress
        )
        live = replace(live, unread={**live.unread, **unknown})
        judged = []
        if look.cycles:
            judged.append(_cycles(live, stacks, session, places))
        if look.prechecks:
            judged.append(_prechecks(live, settings))
    findings = tuple(each for found, _ in judged for each in found)
    missing = [why for _, why in judged if why]
    if not (declared or places or unknown):
        looked = look.whole or look.cycles
        missing.append(f"no stack declares a config, {_NO_PLACE if looked else _NONE_TO_COMPARE}")
    return Found(declared, live, findings, tuple(missing))


_NO_PLACE = "and nothing says which project to look in: set FUNCTIONGRAPH_REGION"
_NONE_TO_COMPARE = (
    "so there is nothing to compare; without --declared-only, configs that no stack declares are "
    "looked for"
)


def _settings(stack_config: dict[str, str]) -> Settings:
    from pulumi_functiongraph.core.errors import SettingsError

    try:
        return settings_of(stack_config=stack_config, needed=("credentials",))
    except SettingsError as error:
        raise refused(str(error)) from error


def _places(urns: Iterable[FunctionUrn], session: Session) -> tuple[set[Place], dict[str, str]]:
    """The projects of the declared functions and of the settings, and why that one is not known.

    A stack whose last config is gone names no project, and what it left behind is in that one.
    """
    from pulumi_functiongraph.core.errors import CloudError

    places = {urn.place for urn in urns}
    region = session.settings.region
    if not region:
        return places, {}
    try:
        return {*places, project_of(session)}, {}
    except CloudError as error:
        return places, {f"the project of {region}": str(error)}


_Judged: TypeAlias = "tuple[tuple[Finding, ...], str]"
"""What was found, and what cannot be said; empty for nothing."""


def _prechecks(live: Live, settings: Settings) -> _Judged:
    from pulumi_functiongraph.cli.checks import checked, live_subjects
    from pulumi_functiongraph.core.amounts import counted
    from pulumi_functiongraph.core.declaration import Program
    from pulumi_functiongraph.core.prechecks.results import Outcome
    from pulumi_functiongraph.core.rules import judge

    results = checked(settings, live_subjects(live))
    unknown = sum(each.outcome is Outcome.UNKNOWN for each in results)
    questions = f"{unknown:,} of {counted(len(results), 'question')} about it not answered"
    why = f"whether all notifications arrive: {questions}" if unknown else ""
    return judge(Program((), prechecks=results)), why


def _cycles(
    live: Live, stacks: Iterable[Stack], session: Session, places: Collection[Place]
) -> _Judged:
    from pulumi_functiongraph.cli.live_graph import WALK, beyond
    from pulumi_functiongraph.core.declaration import Program
    from pulumi_functiongraph.core.rules import judge
    from pulumi_functiongraph.core.stack import edges_of
    from pulumi_functiongraph.operations.live_graph import judge_live

    deadline = time.monotonic() + WALK
    verdict = judge_live(
        live,
        beyond(session, places, deadline=deadline),
        declared=(edge for stack in stacks for edge in edges_of(stack)),
        deadline=deadline,
        clock=time.monotonic,
    )
    unknown = str(verdict.unknowns)
    why = f"whether there is a cycle: {unknown}" if unknown else ""
    return judge(Program((), verdict=verdict)), why
