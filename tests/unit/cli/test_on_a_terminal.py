"""`fgctl` on a terminal: progress while it reads, colours, and none of both on request."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pulumi_functiongraph.cli.progress import ASKING, OF_PULUMI
from pulumi_functiongraph.emulator.process import Emulator
from unit.cli.local_cloud import SEED, Local, told_of
from unit.cli.terminal import on_a_terminal
from unit.core.stack.told import export, preview, step


def shown(folder: Path, emulator: Emulator, *arguments: str, **environment: str) -> str:
    """What a terminal is sent."""
    (folder / "stack.json").write_text(export(), encoding="utf-8")
    settings = {**emulator.environment, **environment}
    command = ("drift", "--stack", "stack.json", *arguments)
    code, told = on_a_terminal(*command, folder=folder, **settings)
    assert code == 0, told
    return told


def test_progress_and_colours_are_shown(tmp_path: Path, functiongraph_emulator: Emulator) -> None:
    told = shown(tmp_path, functiongraph_emulator)

    assert "reading what is live" in told
    assert "\x1b[32mno drift: no config" in told


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("precheck", ("reading what is live", ASKING)),
        ("precheck --preview preview.json", (ASKING,)),
        ("review --preview preview.json --with precheck", (ASKING,)),
        ("drift --stack stack.json --with precheck", (OF_PULUMI, "reading what is live")),
        ("graph --live", ("reading what is live",)),
        ("adopt", ("reading",)),
    ],
)
def test_a_command_that_asks_a_cloud_shows_how_much_is_answered(
    command: str, told: tuple[str, ...], tmp_path: Path, functiongraph_emulator: Emulator
) -> None:
    functiongraph_emulator.seed(SEED)
    new = told_of(Local(functiongraph_emulator, ""), "failed")
    (tmp_path / "stack.json").write_text(export(), encoding="utf-8")
    (tmp_path / "preview.json").write_text(preview(step("create", new=new)), encoding="utf-8")

    _, sent = on_a_terminal(*command.split(), folder=tmp_path, **functiongraph_emulator.environment)

    assert all(each in sent for each in told), sent
    done, every = re.findall(r"(\d+)/(\d+)", sent)[-1]
    assert done == every


def test_no_progress_is_shown_when_quiet(tmp_path: Path, functiongraph_emulator: Emulator) -> None:
    assert "reading what is live" not in shown(tmp_path, functiongraph_emulator, "--quiet")


def test_no_colours_are_shown_with_no_color(
    tmp_path: Path, functiongraph_emulator: Emulator
) -> None:
    told = shown(tmp_path, functiongraph_emulator, "--quiet", NO_COLOR="1")

    assert told.startswith("no drift: no config")
    assert "\x1b[3" not in told


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("graph --stack stack.json", "\x1b[33m0 nodes, 0 edges: cannot say"),
        ("precheck", "\x1b[32m0 configs, 0 questions"),
        ("doctor", "\x1b[32mok    pulumi-functiongraph"),
        ("review --preview preview.json --stack stack.json", "\x1b[32mnothing found"),
    ],
)
def test_the_headline_of_every_command_has_the_colours_of_how_bad_it_is(
    command: str, line: str, tmp_path: Path, functiongraph_emulator: Emulator
) -> None:
    (tmp_path / "stack.json").write_text(export(), encoding="utf-8")
    (tmp_path / "preview.json").write_text(preview(), encoding="utf-8")

    _, told = on_a_terminal(*command.split(), folder=tmp_path, **functiongraph_emulator.environment)

    assert line in told
