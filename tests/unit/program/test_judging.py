"""The judgement on everything declared, whatever the stage."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories import TOPIC, URN
from pulumi_functiongraph.program.declarations import RecordedConfig
from pulumi_functiongraph.program.inputs import SmnTarget
from pulumi_functiongraph.program.judging import judgement_on
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
