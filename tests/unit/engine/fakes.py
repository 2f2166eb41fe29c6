"""Executables that say and do just what a test needs, as small shell scripts."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def make_executable(path: Path, script: str) -> Path:
    """Write an executable shell script and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def make_pulumi(path: Path, version: str = "v3.259.0") -> Path:
    """Make a CLI that knows nothing but its version."""
    return make_executable(path, f'[ "$1" = version ] && echo "{version}"')


def environment(*folders: Path, **settings: str) -> dict[str, str]:
    """Return an environment whose PATH is these folders and the system's own commands."""
    search = [*map(str, folders), "/usr/bin", "/bin"]
    return {"PATH": os.pathsep.join(search), **settings}


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Return when the condition holds; AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
