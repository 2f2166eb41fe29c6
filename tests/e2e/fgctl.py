"""`fgctl` as a process of its own, beside the engine's stack."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from e2e.engine_cli import Cli

FGCTL = shutil.which("fgctl", path=str(Path(sys.executable).parent))


def fgctl(cli: Cli, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder of a stack, with its environment."""
    assert FGCTL is not None, "fgctl is not installed beside this Python"
    return subprocess.run(
        [FGCTL, *arguments],
        cwd=cli.project,
        env={**cli.environment, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
