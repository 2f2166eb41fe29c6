"""The plugin as a process: how it ends before it serves, and where nobody hears its port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from unit.plugin.plugin_process import environment

COMMAND = [sys.executable, "-m", "pulumi_functiongraph.plugin", "127.0.0.1:1"]


@pytest.mark.parametrize("module", ["grpc", "pulumi_functiongraph.plugin.servicer"])
def test_a_start_that_is_interrupted_ends_without_a_traceback(tmp_path: Path, module: str) -> None:
    begun = tmp_path / "begun"
    (tmp_path / "slow.py").write_text(
        "import builtins, pathlib, time\n"
        "imported = builtins.__import__\n"
        "def slow(name, *args, **options):\n"
        f"    if name == {module!r}:\n"
        f"        pathlib.Path({str(begun)!r}).touch()\n"
        "        time.sleep(30)\n"
        "    return imported(name, *args, **options)\n"
        "builtins.__import__ = slow\n"
        "import runpy\n"
        "runpy.run_module('pulumi_functiongraph.plugin', run_name='__main__')\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "slow.py")],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not begun.exists():
        assert process.poll() is None
        time.sleep(0.01)

    process.send_signal(signal.SIGINT)

    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == -signal.SIGINT


@contextmanager
def broken_pipe() -> Iterator[IO[bytes]]:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        yield pipe


def port_unheard(stdout: IO[bytes] | int, command: list[str] = COMMAND) -> tuple[bytes, int]:
    """What the process says on standard error, and its exit code."""
    ended = subprocess.run(
        command, env=environment(), stdout=stdout, stderr=subprocess.PIPE, timeout=20, check=False
    )
    return ended.stderr, ended.returncode


def test_a_port_that_nobody_hears_ends_the_process_without_a_traceback() -> None:
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND]
    assert port_unheard(subprocess.DEVNULL, closed) == (b"", 1)
    with broken_pipe() as pipe:
        assert port_unheard(pipe) == (b"", 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
def test_a_port_that_has_no_room_ends_the_process_without_a_traceback() -> None:
    with Path("/dev/full").open("wb") as full:
        assert port_unheard(full) == (b"", 1)
