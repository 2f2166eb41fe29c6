"""The account of a program is the one that its config names."""

from __future__ import annotations

from factories import PROJECT, REGION
from pulumi_functiongraph.program.account import of_program
from unit.program.programs import run

PLACE = {"region": REGION, "projectId": PROJECT}


def test_a_program_s_account_is_read_from_its_config() -> None:
    def program() -> None:
        assert of_program().settings.project_id == PROJECT

    run(program, settings=PLACE)
