"""The judgement on everything that a program declares, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.errors import InvalidInput, SettingsError
from pulumi_functiongraph.core.findings import Finding, Severity, errors
from pulumi_functiongraph.core.graph import Verdict
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.program.account import of_program
from pulumi_functiongraph.program.batch import Batch, Recorded
from pulumi_functiongraph.program.notifications import DeclaredGraph, Place, declared_graph
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


def judge_before_change(batch: Batch, urn: str) -> None:
    """Judge again, with the values of one config that were unknown before.

    Args:
        batch: what is declared; the bag of the config is in ``known``.
        urn: the config's Pulumi URN.

    Raises:
        pulumi.RunError: with this config there is an error.
    """
    config = batch.urns.get(urn)
    if config is not None and config.is_judged_again:
        judge_at_once(batch, newest=config)


def judged(batch: Batch) -> Judged:
    """The findings of every rule on everything declared so far.

    Raises:
        pulumi.RunError: the settings are not valid, or a declaration cannot be read.
    """
    try:
        settings = of_program().settings
        seen = tuple(batch.seen(region=settings.region, project_id=settings.project_id))
        verdict = _declared(batch, settings).verdict()
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
