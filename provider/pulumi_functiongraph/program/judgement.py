"""The judgement on everything that a program declares, and what follows from it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.errors import FunctionGraphError, InvalidInput, SettingsError
from pulumi_functiongraph.core.findings import Finding, Severity, errors
from pulumi_functiongraph.core.graph import Verdict
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.operations.walk import Live, can_be_read, walk, without
from pulumi_functiongraph.program.account import Account, of_program
from pulumi_functiongraph.program.batch import Batch, Recorded
from pulumi_functiongraph.program.notifications import DeclaredGraph, Place, declared_graph
from pulumi_functiongraph.program.state import configs_in_state
from pulumi_functiongraph.program.verdict import blocking_report, tell

PATIENCE = 2.0
"""Seconds after which the gate says what it waits for."""

_NOTHING = Live()


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
    """Judge again, with the values of one config that were unknown before.

    Args:
        batch: what is declared; the values are in ``known`` or ``texts``.
        config: the config that is about to be changed.

    Raises:
        pulumi.RunError: with this config there is an error.
    """
    _conclude(batch, await _judged_live(batch), newest=config)


async def _judged_live(batch: Batch) -> Judged:
    account = of_program()
    first = judged(batch)
    if first.stopping or first.settings.live_graph == "off":
        return first
    graph = _declared(batch, first.settings)
    live = await _walked(account, graph)
    second = judged(batch, live=live)
    if any(not hop.edge.is_declared for cycle in second.verdict.cycles for hop in cycle.path):
        return judged(batch, live=await _as_this_update_finds_it(batch, graph, live))
    return second


def judged(batch: Batch, *, live: Live = _NOTHING) -> Judged:
    """The findings of every rule on everything declared so far.

    Raises:
        pulumi.RunError: the settings are not valid, or a declaration cannot be read.
    """
    try:
        settings = of_program().settings
        seen = tuple(batch.seen(region=settings.region, project_id=settings.project_id))
        verdict = _declared(batch, settings).verdict(live)
    except (SettingsError, InvalidInput) as error:
        raise pulumi.RunError(f"functiongraph: nothing was changed: {error}") from error
    program = Program(
        tuple(each.declaration for each in seen),
        cloud=settings.cloud,
        project_id=settings.project_id or None,
        verdict=verdict,
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
        report = blocking_report(findings, early=batch.early, verdict=result.verdict)
        raise pulumi.RunError(report)
    tell(findings)


def _is_about(finding: Finding, result: Judged, newest: Recorded) -> bool:
    if finding.subject == newest.name:
        return True
    cycles = (*result.verdict.cycles, *result.verdict.acknowledged)
    return any(
        cycle.id in finding.message and any(hop.edge.resource == newest.name for hop in cycle.path)
        for cycle in cycles
    )


async def _walked(account: Account, graph: DeclaredGraph) -> Live:
    """What is live from the program's targets on; what cannot be read is said, never a hang."""
    start = [node for node in graph.start() if can_be_read(node)]
    if not start:
        return _NOTHING
    settings = account.settings
    deadline = time.monotonic() + settings.precheck_timeout
    declared = [FunctionUrn.parse(node.key) for node in graph.sources if can_be_read(node)]
    places = {(urn.region, urn.project_id) for urn in declared}
    if settings.region and settings.project_id:
        places.add((settings.region, settings.project_id))
    try:
        source = account.live(places=places, declared=declared, deadline=deadline)
    except FunctionGraphError as error:
        return Live(unreadable=dict.fromkeys(start, str(error)))
    skip = frozenset(graph.sources)
    walking = asyncio.create_task(
        asyncio.to_thread(walk, source, start, skip=skip, deadline=deadline, clock=time.monotonic)
    )
    done, _ = await asyncio.wait({walking}, timeout=PATIENCE)
    if not done:
        pulumi.log.info(
            f"functiongraph: reading what {len(start)} targets lead to, for at most "
            f"{settings.precheck_timeout:g} s (functiongraph:liveGraph = off goes without)"
        )
    return await walking


async def _as_this_update_finds_it(batch: Batch, graph: DeclaredGraph, live: Live) -> Live:
    """The live graph without configs that this update deletes before it creates their successors.

    A resource of this stack that is declared again for another function version is replaced, and
    the old config is deleted first; one that is no longer declared is deleted last and counts.
    """
    held: Mapping[str, FunctionUrn] = await configs_in_state()
    declared = {node.key for node in graph.sources}
    replaced = {
        urn for name, urn in held.items() if name in batch.urns and str(urn) not in declared
    }
    removed = {urn for name, urn in held.items() if name not in batch.urns}
    return without(live, replaced=replaced, removed=removed)
