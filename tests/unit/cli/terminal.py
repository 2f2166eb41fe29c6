"""`fgctl` on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from unit.cli.process import FGCTL


def on_a_terminal(*arguments: str, folder: Path, **environment: str) -> tuple[int, str]:
    """The exit code of a command, and what a terminal is sent by both of its outputs.

    Args:
        arguments: of ``fgctl``.
        folder: where it runs.
        environment: beside the one of the tests, in which nothing asks for no colours.
    """
    assert FGCTL is not None
    ours, theirs = pty.openpty()
    held = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "CI"}}
    with subprocess.Popen(
        [FGCTL, *arguments],
        cwd=folder,
        env={**held, "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as run:
        os.close(theirs)
        sent = b""
        while piece := _read(ours):
            sent += piece
        os.close(ours)
    return run.returncode, sent.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the other side has closed
        return b""
