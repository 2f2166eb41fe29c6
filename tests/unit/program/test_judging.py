"""The judgement on everything declared, whatever the stage."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from factories import TOPIC, URN, bag, function_urn
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.rules import judge as judge_by_rules
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph
from pulumi_functiongraph.operations.walk import Live
from pulumi_functiongraph.program import judging
from pulumi_functiongraph.program.inputs import SmnTarget
from pulumi_functiongraph.program.judging import Stage, judge, judgement_on
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.run import Run
from unit.program.programs import declared


def test_the_source_is_read_once_a_run_however_often_it_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "__main__.py"
    source.write_text("config()  # functiongraph: ignore FGN301\n")
    arguments = {"function_urn": URN, "on_success": SmnTarget(TOPIC)}
    run = declared(RecordedConfig("config", arguments, "__main__.py:1"))
    (found,) = judgement_on(run, run.read()).findings
    assert "gives no reason for FGN301" in found.message

    source.unlink()

    assert judgement_on(run, run.read()).findings == (found,)
    other = declared(*run.declared.configs)
    assert judgement_on(other, other.read()).findings == ()


def hooks(number: int) -> tuple[Run, list[RecordedConfig]]:
    """A run whose configs are about to be changed, each of a function of its own."""
    names = [f"config-{index}" for index in range(number)]
    run = declared(*(RecordedConfig(name, {"function_urn": URN}, "") for name in names))
    run.fired = True
    for config in run.declared.configs:
        run.values.send(config, bag(functionUrn=str(function_urn(config.name))))
    return run, run.declared.configs


def test_the_hook_of_a_config_judges_no_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def counted(program: Program) -> tuple[Finding, ...]:
        seen.append(len(program.declarations))
        return judge_by_rules(program)

    monkeypatch.setattr("pulumi_functiongraph.program.run.judge_by_rules", counted)
    monkeypatch.setattr(judging, "write_gate_report", lambda *_: None)
    run, configs = hooks(20)

    for config in configs:
        judge(run, Stage.BEFORE_CHANGE, config=config)

    assert seen == [1] * 20


def test_hooks_that_know_the_same_share_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Live] = []
    verdict = DeclaredGraph.verdict

    def counted(graph: DeclaredGraph, live: Live) -> CycleAnalysis:
        judged.append(live)
        return verdict(graph, live)

    monkeypatch.setattr(DeclaredGraph, "verdict", counted)
    run, configs = hooks(20)
    for _ in configs:
        judgement_on(run, run.read())
    assert len(judged) == 1

    run.values.send(configs[0], bag(functionUrn=str(function_urn("another"))))
    judgement_on(run, run.read())
    assert len(judged) == 2


def test_a_hook_is_told_of_another_config_of_its_function() -> None:
    run, (one, other) = hooks(2)
    run.values.send(other, bag(functionUrn=str(function_urn(one.name))))

    with pytest.raises(pulumi.RunError, match="FGN002 error: config-1"):
        judge(run, Stage.BEFORE_CHANGE, config=other)
