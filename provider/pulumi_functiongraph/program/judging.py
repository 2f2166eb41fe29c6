"""The judgement on everything that a program declares, and what follows from it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

import pulumi

from pulumi_functiongraph.bridge.clients import of_program
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.comments import Comments
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.errors import InvalidInput, SettingsError
from pulumi_functiongraph.core.findings import Finding, Severity, errors
from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.prechecks.checked_configs import checked_config
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.core.rules.not_verified import SUBJECT as PRECHECK
from pulumi_functiongraph.operations.walk import Live, without
from pulumi_functiongraph.program.cloud_reads import (
    NOTHING,
    look,
    look_before_change,
    no_look,
    side_by_side,
    walked,
    walked_on,
)
from pulumi_functiongraph.program.deployed_functions import existing, unknown_functions
from pulumi_functiongraph.program.gate_report import write_gate_report
from pulumi_functiongraph.program.notifications import DeclaredGraph, Place, declared_graph
from pulumi_functiongraph.program.prechecks import (
    check_again,
    check_all,
    check_more,
    known_configs,
    subjects_of,
)
from pulumi_functiongraph.program.report import blocking_report, nothing_changed, tell
from pulumi_functiongraph.program.run import Batch, Recorded, Seen
from pulumi_functiongraph.program.threads import in_thread


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
    verdict: CycleAnalysis

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """Those that stop the run, as it was set."""
        if self.settings.precheck != "enforce":
            return ()
        return errors(self.findings)


@dataclass(frozen=True, slots=True)
class _Read:
    """What is declared, each config examined once.

    Attributes:
        settings: of the program.
        seen: the configs.
        graph: their notifications.
        comments: of the source that declares them.
    """

    settings: Settings
    seen: tuple[Seen, ...]
    graph: DeclaredGraph
    comments: Comments


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


async def judge_what_is_known_later(batch: Batch) -> None:
    """Judge again in a preview, with values that the gate could not know.

    Raises:
        pulumi.RunError: there is an error.
    """
    account = of_program()
    read = _read(batch)
    settings = read.settings
    checking: Callable[[], tuple[CheckResult, ...]] = tuple
    if settings.precheck != "off":
        timeout = settings.precheck_timeout
        checking = partial(check_more, batch, account, read.seen, timeout=timeout)
    walking = look(walked_on, batch, account, read.graph)
    _conclude(batch, await _judged_with(batch, lambda: read, walking, checking))


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


def judged(batch: Batch) -> Judged:
    """The findings of every rule on everything declared so far.

    Raises:
        pulumi.RunError: the settings are not valid, or a declaration cannot be read.
    """
    return _judged(_read(batch))


async def _judged_live(batch: Batch) -> Judged:
    """Judge everything with what is deployed: its edges, its agencies and targets."""
    account = of_program()
    read = _read(batch)
    settings = read.settings
    try:
        account.refuse_credentials()
    except SettingsError as error:  # as the first call of the provider would
        raise nothing_changed(error) from error
    read = await _identified(batch, read)
    subjects = subjects_of(read.seen) if settings.precheck != "off" else ()
    deadline = time.monotonic() + settings.precheck_timeout
    checking = partial(
        check_all, batch, account, subjects, deadline=deadline, configs=known_configs(read.seen)
    )
    walking = look(walked, batch, account, read.graph)
    return await _judged_with(batch, lambda: read, walking, checking)


async def _identified(batch: Batch, read: _Read) -> _Read:
    """Find the functions of the program that exist already, where an edge leads to or from one.

    The engine notes in state that it was asked, so a run that is stopped anyhow does without.
    """
    wanted = unknown_functions(read.graph.named())
    if not wanted or _judged(read).stopping:
        return read
    batch.existing = existing(wanted, batch.registered, (await batch.state()).outputs)
    return replace(read, graph=replace(read.graph, existing=batch.existing))


async def _judged_again(batch: Batch, config: Recorded, place: int) -> Judged:
    """Judge everything with what one config is about to be sent with."""
    account = of_program()
    read = _read(batch)
    settings = read.settings
    subject = checked_config(read.seen[place].declaration, number=place)
    is_settled = settings.precheck == "off" or place in batch.settled or subject is None
    timeout = settings.precheck_timeout
    checking: Callable[[], tuple[CheckResult, ...]] = tuple
    if subject is not None and not is_settled:
        checking = partial(check_again, batch, account, subject, timeout=timeout)
    again = config.is_judged_again
    reading = partial(_read, batch)
    walking = look_before_change(batch, account, lambda: reading().graph) if again else no_look()
    # Meanwhile the engine may tell more, so that the last config of a cycle sees all of it.
    return await _judged_with(batch, reading, walking, checking)


async def _judged_with(
    batch: Batch,
    reading: Callable[[], _Read],
    walking: Awaitable[Live],
    checking: Callable[[], tuple[CheckResult, ...]],
) -> Judged:
    """Judge with what the cloud tells, of the graph and of what its configs need.

    Args:
        batch: what is declared.
        reading: gives what is declared once the cloud has answered.
        walking: the look at what the targets lead to.
        checking: looks at what the configs need.
    """
    timeout = of_program().settings.precheck_timeout
    live, prechecks = await side_by_side(
        (walking, in_thread(checking)),
        waiting_for="looking at what the targets lead to, and whether notifications would reach "
        f"them, for at most {timeout:g} s (functiongraph:liveGraph = off and "
        "functiongraph:precheck = off go without)",
    )
    read = reading()
    second = _judged(read, live=live, prechecks=prechecks)
    if any(not edge.is_declared for cycle in second.verdict.cycles for edge in cycle.edges):
        found = await _as_this_update_finds_it(batch, read.graph, live)
        return _judged(read, live=found, prechecks=prechecks)
    return second


def _read(batch: Batch) -> _Read:
    """Examine everything declared so far; no Output is awaited.

    Raises:
        pulumi.RunError: the settings are not valid, or a declaration cannot be read.
    """
    try:
        settings = of_program().settings
        place = Place(settings.region, settings.project_id)
        seen = tuple(batch.seen(region=place.region, project_id=place.project_id))
        return _Read(settings, seen, declared_graph(batch, seen, place), batch.comments)
    except (SettingsError, InvalidInput) as error:
        raise nothing_changed(error) from error


def _judged(
    read: _Read, *, live: Live = NOTHING, prechecks: tuple[CheckResult, ...] = ()
) -> Judged:
    settings = read.settings
    verdict = read.graph.verdict(live)
    program = Program(
        tuple(each.declaration for each in read.seen),
        cloud=settings.cloud,
        project_id=settings.project_id or None,
        verdict=verdict,
        prechecks=prechecks,
        comments=read.comments,
    )
    findings = tuple(_as_set(found, settings) for found in judge(program))
    return Judged(settings, findings, verdict)


def _as_set(finding: Finding, settings: Settings) -> Finding:
    """``functiongraph:onCycle`` = warn makes a cycle a warning."""
    if finding.rule == "FGN101" and settings.on_cycle == "warn":
        return finding.model_copy(update={"severity": Severity.WARNING})
    return finding


def _conclude(batch: Batch, result: Judged, *, newest: Recorded | None = None) -> None:
    findings = result.findings
    write_gate_report(findings, result.verdict)
    if newest is not None:
        findings = tuple(found for found in findings if _is_about(found, result, newest))
    if errors(findings) and result.settings.precheck == "enforce":
        late = newest.name if newest and batch.fired else ""
        report = blocking_report(
            findings, is_begun=batch.is_begun, verdict=result.verdict, late=late
        )
        raise pulumi.RunError(report)
    tell(found for found in findings if found not in batch.said)
    batch.said.update(findings)


def _is_about(finding: Finding, result: Judged, newest: Recorded) -> bool:
    if finding.subject in {newest.name, PRECHECK}:
        return True
    cycles = (*result.verdict.cycles, *result.verdict.acknowledged)
    return any(
        cycle.id == finding.cycle and any(edge.resource == newest.name for edge in cycle.edges)
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
