"""A provider process knows whether its engine is alive, and ends with it."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from pulumi_functiongraph.bridge import engine_process
from pulumi_functiongraph.bridge.engine_process import EngineProcess
from pulumi_functiongraph.dynamic import provider
from unit.dynamic.provider_process import provider_with

WATCHING = """\
import os, sys, time
from pulumi_functiongraph.bridge.engine_process import EngineProcess
EngineProcess.of(sys.argv[1:]).end_with()
print(os.getpid(), flush=True)
time.sleep(60)
"""
ATTEMPTING = """\
import sys
from pulumi_functiongraph.bridge.engine_process import EngineProcess
engine = EngineProcess.of(sys.argv[1:])
engine.end_without()
print("the engine is alive", flush=True)
sys.stdin.readline()
engine.end_without()
print("still there")
"""


@pytest.fixture
def serving() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def address_of(server: socket.socket) -> str:
    return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (["127.0.0.1:4711"], ("127.0.0.1", 4711)),
        (["--tracing", "somewhere:1", "localhost:4711"], ("localhost", 4711)),
        (["[::1]:4711"], ("::1", 4711)),
        (["tests/unit"], None),
        ([], None),
    ],
)
def test_the_engine_s_address_is_the_last_argument(
    arguments: list[str], address: tuple[str, int] | None
) -> None:
    assert EngineProcess.of(arguments) == EngineProcess(os.getppid(), address)


def test_an_engine_is_alive_while_it_is_the_parent_and_its_address_answers(
    serving: socket.socket,
) -> None:
    engine = EngineProcess.of([address_of(serving)])
    assert engine.is_alive()
    assert EngineProcess(os.getppid(), None).is_alive()
    assert not EngineProcess(os.getppid() + 1, engine.address).is_alive()
    serving.close()
    assert not engine.is_alive()


def test_an_address_that_cannot_be_asked_says_nothing() -> None:
    assert EngineProcess(os.getppid(), ("no-such-host.invalid", 1)).is_alive()


def test_a_process_ends_soon_after_its_engine_stopped_serving(serving: socket.socket) -> None:
    command = [sys.executable, "-c", WATCHING, address_of(serving)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(2 * engine_process.SECONDS_BETWEEN_LOOKS)
        assert process.poll() is None
        serving.close()
        assert process.wait(timeout=10) == 1


def test_a_process_ends_soon_after_its_parent_was_killed() -> None:
    """Without an address, the parent alone tells; the shell stands for the engine."""
    command = ["sh", "-c", '"$0" -c "$1" & wait', sys.executable, WATCHING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        engine.stdout.readline()
        engine.kill()
        # The pipe ends when the last process that may write to it has ended.
        assert engine.stdout.read() == ""


def test_no_attempt_starts_without_the_engine(serving: socket.socket) -> None:
    command = [sys.executable, "-c", ATTEMPTING, address_of(serving)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "the engine is alive\n"
        serving.close()
        output, _ = process.communicate("go on\n", timeout=10)
        assert output == ""
        assert process.returncode == 1


def test_only_a_process_of_the_engine_searches_what_it_has_loaded_for_garbage_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: kept.append("kept"))

    provider_with({})
    assert kept == []

    monkeypatch.setattr(provider, "arguments_of_engine", list)
    provider_with({})
    assert kept == ["kept"]
