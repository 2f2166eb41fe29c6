"""The language host under a real engine."""

from pathlib import Path

import pytest

from e2e.engine_cli import StackAt, write_project

pytestmark = pytest.mark.engine


def test_program_runs_and_its_outputs_reach_the_state(stack_at: StackAt, tmp_path: Path) -> None:
    program = "import pulumi\npulumi.export('greeting', pulumi.Config().require('word'))\n"
    cli = stack_at(write_project(tmp_path / "trial", program))
    cli.config_set("word", "hello")

    cli.up()

    assert cli.outputs() == {"greeting": "hello"}
