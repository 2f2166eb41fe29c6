"""The judgement on everything that a program declares, at four stages of its run."""

from __future__ import annotations

from enum import Enum, auto

import msgspec
import pulumi

from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.findings import Finding, errors
from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.rules.not_verified import SUBJECT as PRECHECK
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.operations.walk import Live
from pulumi_functiongraph.program.reading import Reading
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.report import blocking_report, log_findings, write_gate_report
from pulumi_functiongraph.program.run import Run


class Stage(Enum):
    """When something is judged."""

    GATE = auto()
    """Before the first registration: everything, by what the program's text says."""
    AUDIT = auto()
    """While a preview runs: everything, by the values that Outputs turned out to have."""
    BEFORE_CHANGE = auto()
    """Right before one config is created or updated, by the values that are sent."""
    LATE = auto()
    """As a config is declared after the gate, without the network."""


_AMID_CHANGES = frozenset({Stage.BEFORE_CHANGE, Stage.LATE})
"""When other resources of the run may be changed already."""


class CloudAnswers(msgspec.Struct, frozen=True):
    """What the cloud answered at one stage.

    Attributes:
        live: the notifications that are live.
        prechecks: whether notifications would arrive.
    """

    live: Live = msgspec.field(default_factory=Live)
    prechecks: tuple[CheckResult, ...] = ()


class Judgement(msgspec.Struct, frozen=True):
    """What was judged.

    Attributes:
        settings: how strictly.
        findings: of every rule.
        verdict: on the graph.
    """

    settings: Settings
    findings: tuple[Finding, ...]
    verdict: CycleAnalysis

    def stopping(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Those of the findings that stop the run, as it was set."""
        return errors(findings) if self.settings.precheck == "enforce" else ()


NOT_ASKED = CloudAnswers()


def judge(
    run: Run,
    stage: Stage,
    *,
    answers: CloudAnswers = NOT_ASKED,
    config: RecordedConfig | None = None,
) -> None:
    """Judge everything declared, and report what is found.

    Args:
        run: what is declared and known.
        stage: when this is.
        answers: what the cloud answered at this stage.
        config: the one config that this is about; only its findings are reported.

    Raises:
        pulumi.RunError: there is an error that stops the run.
    """
    only = config if stage is Stage.BEFORE_CHANGE else None
    judgement = judgement_on(run, run.read(), answers, config=only)
    findings = judgement.findings
    if config is not None:
        findings = tuple(found for found in findings if _is_about(found, judgement, config))
    is_stopping = bool(judgement.stopping(findings))
    if stage not in _AMID_CHANGES:
        run.whole = judgement.findings
    elif is_stopping:  # it is refused where it is declared, and is in no later judgement
        run.refused = (*run.refused, *findings)
    write_gate_report(dict.fromkeys((*run.whole, *run.refused)), judgement.verdict)
    if is_stopping:
        late = config.name if config is not None and stage in _AMID_CHANGES else ""
        report = blocking_report(
            findings, is_begun=run.is_begun, verdict=judgement.verdict, late=late
        )
        raise pulumi.RunError(report)
    log_findings(run.not_reported(findings))


def judgement_on(
    run: Run,
    reading: Reading,
    answers: CloudAnswers = NOT_ASKED,
    *,
    config: RecordedConfig | None = None,
) -> Judgement:
    """The findings of every rule on everything declared, and the verdict on its graph.

    Of one config, the rules see no others but those of the same function version; a hook of each
    config would else judge all of them.
    """
    settings = reading.settings
    verdict = run.verdict(reading.graph, answers.live)
    program = Program(
        reading.declarations if config is None else tuple(reading.alike(config)),
        cloud=settings.cloud,
        project_id=settings.project_id or None,
        verdict=verdict,
        prechecks=answers.prechecks,
        comments=run.comments,
    )
    findings = tuple(_as_set(found, settings) for found in run.findings(program))
    return Judgement(settings, findings, verdict)


def _as_set(finding: Finding, settings: Settings) -> Finding:
    """``functiongraph:onCycle`` = warn makes a cycle a warning."""
    if finding.rule == "FGN101" and settings.on_cycle == "warn":
        return finding.as_warning()
    return finding


def _is_about(finding: Finding, judgement: Judgement, config: RecordedConfig) -> bool:
    """Whether a finding concerns a config: by its subject, or as a part of its cycle."""
    verdict = judgement.verdict
    return finding.subject in {config.name, PRECHECK} or any(
        edge.resource == config.name
        for cycle in (*verdict.cycles, *verdict.acknowledged)
        if cycle.id == finding.cycle
        for edge in cycle.edges
    )
