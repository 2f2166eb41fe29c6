"""`fgctl drift` on a terminal: progress while it reads, colours, and none of both on request."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.process import Emulator
from unit.cli.test_process import FGCTL
from unit.core.stack.told import export


def shown(folder: Path, emulator: Emulator, *arguments: str, **environment: str) -> str:
    """What a terminal is sent."""
    assert FGCTL is not None
    (folder / "stack.json").write_text(export(), encoding="utf-8")
    ours, theirs = pty.openpty()
    settings = {**os.environ, **emulator.environment, "TERM": "xterm", **environment}
    with subprocess.Popen(
        [FGCTL, "drift", "--stack", "stack.json", *arguments],
        cwd=folder,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as run:
        os.close(theirs)
        sent = b""
        while piece := _read(ours):
            sent += piece
        os.close(ours)
    assert run.returncode == 0
    return sent.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the other side has closed
        return b""


@pytest.fixture
def emulator(functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return functiongraph_emulator


def test_progress_and_colours_are_shown(tmp_path: Path, emulator: Emulator) -> None:
    told = shown(tmp_path, emulator)

    assert "reading what is live" in told
    assert "\x1b[32mno drift: no config" in told


def test_no_progress_is_shown_when_quiet(tmp_path: Path, emulator: Emulator) -> None:
    assert "reading what is live" not in shown(tmp_path, emulator, "--quiet")


def test_no_colours_are_shown_with_no_color(tmp_path: Path, emulator: Emulator) -> None:
    told = shown(tmp_path, emulator, "--quiet", NO_COLOR="1")

    assert told.startswith("no drift: no config")
    assert "\x1b[3" not in told
