"""The comments in a program's source that accept findings, as the gate and its hook read them."""

from pathlib import Path

import pytest

from factories import TOPIC, URN
from pulumi_functiongraph.program.inputs import SmnTarget
from pulumi_functiongraph.program.judging import judged
from pulumi_functiongraph.program.run import Batch, Recorded


def test_the_source_is_read_once_a_run_however_often_it_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "__main__.py"
    source.write_text("config()  # functiongraph: ignore FGN301\n")
    arguments = {"function_urn": URN, "on_success": SmnTarget(TOPIC)}
    batch = Batch(configs=[Recorded("config", arguments, "__main__.py:1")])
    (found,) = judged(batch).findings
    assert "gives no reason for FGN301" in found.message

    source.unlink()

    assert judged(batch).findings == (found,)
    assert judged(Batch(configs=batch.configs)).findings == ()
