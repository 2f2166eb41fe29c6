"""The program inside of a worker, run in this process: the frames that it reads and writes."""

import json
import os
import socket
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_functiongraph.emulator.workers.functiongraph_runtime.channel import SIZES, Channel
from pulumi_functiongraph.emulator.workers.functiongraph_runtime.failures import describe
from pulumi_functiongraph.emulator.workers.functiongraph_runtime.serving import answer, serve
from unit.emulator.workers.jobs import CREDENTIALS, inline, job

Frame = tuple[dict[str, Any], str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("index_of_runtime", None)


def served(folder: Path, source: str, *events: Any, initializer: str = "") -> list[Frame]:
    """Every answer to a start with this source and to these events."""
    (folder / "index_of_runtime.py").write_text(textwrap.dedent(source))
    initializer = initializer and f"index_of_runtime.{initializer}"
    code = inline("", handler="index_of_runtime.handler", initializer=initializer)
    given = job(code, credentials=CREDENTIALS)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for event in events:
            head, body = json.dumps(given.invocation).encode(), json.dumps(event).encode()
            ours.sendall(SIZES.pack(len(head), len(body)) + head + body)
        ours.shutdown(socket.SHUT_WR)
        channel = Channel(os.dup(theirs.fileno()))
        serve(channel, {"folder": str(folder), **given.settings})
        while theirs.recv(1 << 16):
            pass  # a socket that is closed with events left resets the connection
        channel.close()
        theirs.close()
        with ours.makefile("rb") as stream:
            return list(_frames(stream.read()))


def _frames(content: bytes) -> Iterator[Frame]:
    while content:
        first, second = SIZES.unpack_from(content)
        content = content[SIZES.size :]
        yield json.loads(content[:first]), content[first : first + second].decode()
        content = content[first + second :]


def test_ready_comes_before_the_answers(folder: Path) -> None:
    source = "def handler(event, context): return event + 1"
    (ready, _), *answers = served(folder, source, 1, 2)
    assert (ready, [body for _, body in answers]) == ({}, ["2", "3"])
    assert [head["failure"] for head, _ in answers] == [None, None]


def test_nothing_is_served_after_an_error_of_the_initializer(folder: Path) -> None:
    source = """
        def initialise(context): raise ValueError(context.getRequestID() + "no")
        def handler(event, context): pass
    """
    ((head, body),) = served(folder, source, 1, initializer="initialise")
    assert (head["failure"]["message"], head["last"], body) == ("no", True, "")


def test_nothing_is_served_after_an_error_that_ends_programs(folder: Path) -> None:
    source = """
        def handler(event, context):
            context.getLogger().info("run")
            raise (ValueError, SystemExit)[event]
    """
    _, *answers = served(folder, source, 0, 1, 0)
    assert [(head["failure"]["kind"], head["last"]) for head, _ in answers] == [
        ("ValueError", False),
        ("SystemExit", True),
    ]


def test_a_copy_of_the_process_has_no_channel(folder: Path) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(os.dup(theirs.fileno()))
        channel.close()
        channel.close()
        with pytest.raises(OSError, match="Bad file descriptor"):
            channel.send({})


def test_half_a_frame_is_the_end(folder: Path) -> None:
    for content in (b"", b"\0\0", SIZES.pack(10, 0) + b"{}", SIZES.pack(2, 5) + b"{}1"):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.sendall(content)
            ours.close()
            assert Channel(theirs.fileno()).receive() is None
            theirs.detach()


def test_answer_is_measured_in_bytes() -> None:
    assert answer("ü", 4) == '"ü"'
    with pytest.raises(Exception, match="size 4 exceeds the limit of 3"):
        answer("ü", 3)


def test_description_is_bounded() -> None:
    settings = {"folder": "/here", "code_root": "/there", "memory": 128}
    described = describe(ValueError("/here/x " * 10_000), settings)
    assert described["message"].startswith("/there/x /there/x")
    assert len(described["message"]) < 64 << 10
    assert describe(SystemExit(2), settings)["message"] == "the code called sys.exit(2)"
    assert "128 MiB" in describe(MemoryError(), settings)["message"]
