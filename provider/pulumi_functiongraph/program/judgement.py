"""The judgement on everything that a program declares, and what follows from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pulumi

from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.errors import InvalidInput, SettingsError
from pulumi_functiongraph.core.findings import Finding, Severity, errors
from pulumi_functiongraph.core.graph import Verdict
from pulumi_functiongraph.core.prechecks.results import Result
from pulumi_functiongraph.core.prechecks.subjects import subject_of
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.core.rules.not_verified import SUBJECT as PRECHECK
from pulumi_functiongraph.operations.walk import Live, without
from pulumi_functiongraph.program.account import Account, of_program
from pulumi_functiongraph.program.batch import Batch, Recorded
from pulumi_functiongraph.program.existing import existing, unknown_functions
from pulumi_functiongraph.program.looks import NOTHING, side_by_side, walked
from pulumi_functiongraph.program.notifications import DeclaredGraph, Place, declared_graph
from pulumi_functiongraph.program.prechecks import check_again, check_all, subjects_of
from pulumi_functiongraph.program.verdict import blocking_report, tell


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged.

    Attributes:
        settings: how strictly.
        findings: of every rule.
        verdict: on the graph.
    """

    settings: Settings
    findings: tuple[Finding, ...]
    verdict: Verdict

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """Those that stop the run, as it was set."""
        if self.settings.precheck != "enforce":
            return ()
        return errors(self.findings)


def judge_at_once(batch: Batch, *, newest: Recorded | None = None) -> None:
    """Judge what is declared, without the network.

    Args:
        batch: what is declared.
        newest: only findings about this config are told and stop the run.

    Raises:
        pulumi.RunError: there is an error.
    """
    _conclude(batch, judged(batch), newest=newest)


async def judge_with_what_is_live(batch: Batch) -> None:
    """Judge what is declared together with what is deployed.

    Raises:
        pulumi.RunError: there is an error.
    """
    _conclude(batch, await _judged_live(batch))


async def judge_before_change(batch: Batch, config: Recorded) -> None:
    """Judge again, where values of one config or what it needs were not known before.

    Args:
        batch: what is declared; the values are in ``known`` or ``texts``.
        config: the config that is about to be changed.

    Raises:
        pulumi.RunError: with this config there is an error.
    """
    place = next(place for place, each in enumerate(batch.configs) if each is config)
    if config.is_judged_again or place not in batch.settled:
        _conclude(batch, await _judged_again(batch, config, place), newest=config)


async def _judged_live(batch: Batch) -> Judged:
    """Judge everything with what is deployed: its edges, its agencies and targets."""
    account = of_program()
    first = judged(batch)
    settings = first.settings
    seen = tuple(batch.seen(region=settings.region, project_id=settings.project_id))
    subjects = subjects_of(seen) if settings.precheck != "off" else ()
    if not first.stopping:
        await _identify(batch, settings)
    deadline = time.monotonic() + settings.precheck_timeout
    checking = partial(check_all, batch, account, subjects, deadline=deadline)
    walking = _walking(batch, account, deadline=deadline)
    return await _judged_with(batch, settings, walking, checking)


async def _identify(batch: Batch, settings: Settings) -> None:
    """Find the functions of the program that exist already, where an edge leads to or from one.

    The engine notes in state that it was asked, so a run that is stopped anyhow does without.
    """
    wanted = unknown_functions(_declared(batch, settings).named())
    if wanted:
        batch.existing = existing(wanted, batch.registered, (await batch.state()).outputs)


async def _judged_again(batch: Batch, config: Recorded, place: int) -> Judged:
    """Judge everything with what one config is about to be sent with."""
    account = of_program()
    settings = judged(batch).settings
    seen = tuple(batch.seen(region=settings.region, project_id=settings.project_id))
    subject = subject_of(seen[place].declaration, number=place)
    is_settled = settings.precheck == "off" or place in batch.settled or subject is None
    timeout = settings.precheck_timeout
    checking: Callable[[], tuple[Result, ...]] = tuple
    if subject is not None and not is_settled:
        checking = partial(check_again, batch, account, subject, timeout=timeout)
    walking: Callable[[], Live] = Live
    if config.is_judged_again:
        walking = _walking(batch, account, deadline=time.monotonic() + timeout)
    return await _judged_with(batch, settings, walking, checking)


def _walking(batch: Batch, account: Account, *, deadline: float) -> Callable[[], Live]:
    """The walk over what is live, unless it was set to go without."""
    settings = account.settings
    if settings.live_graph == "off":
        return Live
    graph = _declared(batch, settings)
    return partial(walked, account, graph, deadline=deadline, clock=time.monotonic)


async def _judged_with(
    batch: Batch,
    settings: Settings,
    walking: Callable[[], Live],
    checking: Callable[[], tuple[Result, ...]],
) -> Judged:
    """Judge with what the cloud tells, of the graph and of what its configs need."""
    live, prechecks = await side_by_side(
        (walking, checking),
        waiting_for="looking at what the targets lead to, and whether notifications would reach "
        f"them, for at most {settings.precheck_timeout:g} s (functiongraph:liveGraph = off and "
        "functiongraph:precheck = off go without)",
    )
    second = judged(batch, live=live, prechecks=prechecks)
    if any(not hop.edge.is_declared for cycle in second.verdict.cycles for hop in cycle.path):
        graph = _declared(batch, settings)
        found = await _as_this_update_finds_it(batch, graph, live)
        return judged(batch, live=found, prechecks=prechecks)
    return second


def judged(batch: Batch, *, live: Live = NOTHING, prechecks: tuple[Result, ...] = ()) -> Judged:
    """The findings of every rule on everything declared so far.

    Raises:
        pulumi.RunError: the settings are not valid, or a declaration cannot be read.
    """
    try:
        settings = of_program().settings
        seen = tuple(batch.seen(region=settings.region, project_id=settings.project_id))
        place = Place(settings.region, settings.project_id)
        verdict = declared_graph(batch, seen, place).verdict(live)
    except (SettingsError, InvalidInput) as error:
        raise pulumi.RunError(f"functiongraph: nothing was changed: {error}") from error
    program = Program(
        tuple(each.declaration for each in seen),
        cloud=settings.cloud,
        project_id=settings.project_id or None,
        verdict=verdict,
        prechecks=prechecks,
    )
    findings = tuple(_as_set(found, settings) for found in judge(program))
    return Judged(settings, findings, verdict)


def _declared(batch: Batch, settings: Settings) -> DeclaredGraph:
    place = Place(settings.region, settings.project_id)
    seen = tuple(batch.seen(region=place.region, project_id=place.project_id))
    return declared_graph(batch, seen, place)


def _as_set(finding: Finding, settings: Settings) -> Finding:
    """``functiongraph:onCycle`` = warn makes a cycle a warning."""
    if finding.rule == "FGN101" and settings.on_cycle == "warn":
        return finding.model_copy(update={"severity": Severity.WARNING})
    return finding


def _conclude(batch: Batch, result: Judged, *, newest: Recorded | None = None) -> None:
    findings = result.findings
    if newest is not None:
        findings = tuple(found for found in findings if _is_about(found, result, newest))
    if errors(findings) and result.settings.precheck == "enforce":
        late = newest.name if newest else ""
        report = blocking_report(findings, early=batch.early, verdict=result.verdict, late=late)
        raise pulumi.RunError(report)
    tell(findings)


def _is_about(finding: Finding, result: Judged, newest: Recorded) -> bool:
    if finding.subject in {newest.name, PRECHECK}:
        return True
    cycles = (*result.verdict.cycles, *result.verdict.acknowledged)
    return any(
        cycle.id in finding.message and any(hop.edge.resource == newest.name for hop in cycle.path)
        for cycle in cycles
    )


async def _as_this_update_finds_it(batch: Batch, graph: DeclaredGraph, live: Live) -> Live:
    """The live graph without configs that this update deletes before it creates their successors.

    A resource of this stack that is declared again for another function version is replaced, and
    the old config is deleted first; one that is no longer declared is deleted last and counts.
    """
    held = (await batch.state()).configs
    declared = {node.key for node in graph.live_sources()}
    replaced = {
        urn for name, urn in held.items() if name in batch.urns and str(urn) not in declared
    }
    removed = {urn for name, urn in held.items() if name not in batch.urns}
    return without(live, replaced=replaced, removed=removed)
