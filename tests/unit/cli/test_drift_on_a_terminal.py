"""`fgctl drift` on a terminal: progress while it reads, colours, and none of both on request."""

from __future__ import annotations

from pathlib import Path

from pulumi_functiongraph.emulator.process import Emulator
from unit.cli.terminal import on_a_terminal
from unit.core.stack.told import export


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


def test_no_progress_is_shown_when_quiet(tmp_path: Path, functiongraph_emulator: Emulator) -> None:
    assert "reading what is live" not in shown(tmp_path, functiongraph_emulator, "--quiet")


def test_no_colours_are_shown_with_no_color(
    tmp_path: Path, functiongraph_emulator: Emulator
) -> None:
    told = shown(tmp_path, functiongraph_emulator, "--quiet", NO_COLOR="1")

    assert told.startswith("no drift: no config")
    assert "\x1b[3" not in told
