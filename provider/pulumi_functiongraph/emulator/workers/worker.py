"""One process that runs the code of a function, seen from the local cloud."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import msgspec

from pulumi_functiongraph.emulator.invocations.outcome import MAX_ANSWER, Outcome
from pulumi_functiongraph.emulator.workers import guard
from pulumi_functiongraph.emulator.workers.functiongraph_runtime.channel import SIZES
from pulumi_functiongraph.emulator.workers.job import Job
from pulumi_functiongraph.emulator.workers.unpacking import BadCodeError, unpack
from pulumi_functiongraph.emulator.workers.variables import variables

MAX_LOG = 64 * 1024
"""Bytes of output that are kept of a run, its end; ours."""
START_SECONDS = 60.0
"""For the interpreter to be there, before any code of the function; ours."""
MAX_HEAD = 1 << 20
"""Bytes of the head of an answer; ours."""

_EXIT_SECONDS = 0.5
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from functiongraph_runtime.serving import main; main(int(sys.argv[2]))"
)


class BrokenWorkerError(Exception):
    """The process said something that is no answer, or is gone; the message is for the user."""


class Started(msgspec.Struct, frozen=True):
    """A process that is being made: everything that takes time, done outside of the event loop."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    output: int
    folder: Path

    @classmethod
    def start(cls, job: Job, parent: Path) -> Self:
        """Unpack the code into a new folder, and start a process in it.

        Raises:
            BadCodeError: no process can run the code.
            OSError: the machine does not give a folder, a pipe or a process.
        """
        folder = Path(tempfile.mkdtemp(dir=parent))
        opened = contextlib.ExitStack()
        try:
            (folder / "code").mkdir()
            (folder / "tmp").mkdir()
            unpack(job.code, folder / "code")
            ours, theirs = socket.socketpair()
            opened.callback(ours.close)
            with theirs:
                output, written = os.pipe()
                opened.callback(os.close, output)
                process = cls._spawn(job, folder, theirs, written)
        except BaseException as error:
            opened.close()
            guard.remove(folder)
            if isinstance(error, ValueError) and not isinstance(error, BadCodeError):
                message = "user_data holds what no environment variable can hold"
                raise BadCodeError(message) from None
            raise
        return cls(process, ours, output, folder)

    @staticmethod
    def _spawn(
        job: Job, folder: Path, channel: socket.socket, output: int
    ) -> subprocess.Popen[bytes]:
        code, descriptor = folder / "code", channel.fileno()
        # Isolated and without site: FunctionGraph's runtimes have none of the user's packages.
        # Unbuffered: what is printed is here, also half a line, however the process ends.
        command = [sys.executable, "-u", "-I", "-S", "-X", "utf8", "-c", _PROGRAM]
        with open(output, "wb") as stream:  # a descriptor
            return subprocess.Popen(  # noqa: S603 # this interpreter, our program
                [*command, str(Path(__file__).parent), str(descriptor)],
                cwd=code,
                env=variables(job, code=code, scratch=folder / "tmp"),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                pass_fds=[descriptor],
                start_new_session=True,
            )

    def close(self) -> None:
        """Close what leads to the process; of one that was not adopted."""
        self.channel.close()
        os.close(self.output)

    def end(self) -> None:
        """Kill the process and all that it started, reap it, and remove its folder."""
        guard.kill(self.process.pid)
        self.process.wait()
        guard.kill_escaped(self.folder)
        guard.remove(self.folder)


@dataclass(slots=True, eq=False)
class Worker:
    """A process with its code loaded, ready for one run at a time."""

    started: Started
    key: Hashable
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    log: bytearray = field(default_factory=bytearray)

    @classmethod
    async def adopt(cls, started: Started, job: Job) -> Self:
        """Connect a process that was started with this event loop."""
        reader, writer = await asyncio.open_unix_connection(sock=started.channel)
        worker = cls(started, job.key, reader, writer)
        os.set_blocking(started.output, False)
        worker._watch()
        return worker

    def listen(self) -> None:
        """Before a run: forget what was printed since the last one, and take what comes."""
        self.read_output()
        self.log.clear()
        self._watch()

    def _watch(self) -> None:
        asyncio.get_running_loop().add_reader(self.started.output, self.read_output)

    def rest(self) -> None:
        """After a run: a thread that goes on printing is held up as soon as the pipe is full."""
        asyncio.get_running_loop().remove_reader(self.started.output)

    def read_output(self) -> None:
        """Take what the code has printed by now."""
        with contextlib.suppress(BlockingIOError):
            part = os.read(self.started.output, MAX_LOG)
            if not part:
                asyncio.get_running_loop().remove_reader(self.started.output)
            self.log += part
            del self.log[:-MAX_LOG]

    def printed(self) -> str:
        """The end of the output."""
        # One pipe's worth at most, so that what other threads go on printing holds nobody up.
        self.read_output()
        return self.log.decode("utf-8", "replace")

    async def load(self, job: Job) -> Outcome | None:
        """Load the code and run its initializer; the failure, if there is one.

        Raises:
            TimeoutError: the interpreter itself does not come up.
            BrokenWorkerError: the process is gone.
        """
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._receive()
        except BrokenWorkerError as error:  # None of the code has run.
            return Outcome.system_error(f"Python could not start: {error}")
        seconds = job.initializer_timeout if job.code.initializer else job.timeout
        try:
            async with asyncio.timeout(seconds):
                await self._send(job.settings, b"")
                head, _ = await self._receive()
        except TimeoutError:
            if not job.code.initializer:
                return Outcome.timed_out(seconds)
            message = f"the initializer was still running after its time-out of {seconds} s"
            return Outcome.function_error(message, "Timeout")
        return _failure(head)

    async def run(self, job: Job) -> tuple[Outcome, int, bool]:
        """Run the handler once.

        Returns:
            What came of it, the MiB that the process has held at most, and whether it can go on.

        Raises:
            BrokenWorkerError: the process is gone, or its answer is none.
        """
        try:
            async with asyncio.timeout(job.timeout):
                await self._send(job.invocation, job.event)
                head, body = await self._receive()
        except TimeoutError:
            return Outcome.timed_out(job.timeout), 0, False
        outcome = _failure(head) or Outcome.success(_json(body))
        return outcome, _whole(head.get("memory_kib")) // 1024, head.get("last") is False

    async def _send(self, head: dict[str, Any] | dict[str, str], body: bytes) -> None:
        first = json.dumps(head).encode()
        try:
            self.writer.write(SIZES.pack(len(first), len(body)) + first + body)
            await self.writer.drain()
        except OSError:
            raise BrokenWorkerError(await self._end_of_process()) from None

    async def _receive(self) -> tuple[dict[str, Any], bytes]:
        try:
            first, second = SIZES.unpack(await self.reader.readexactly(SIZES.size))
            if first > MAX_HEAD or second > MAX_ANSWER:
                raise BrokenWorkerError(_NO_ANSWER)
            head = json.loads(await self.reader.readexactly(first))
            body = await self.reader.readexactly(second)
        except (asyncio.IncompleteReadError, OSError):
            raise BrokenWorkerError(await self._end_of_process()) from None
        except (ValueError, RecursionError):
            raise BrokenWorkerError(_NO_ANSWER) from None
        if not isinstance(head, dict):
            raise BrokenWorkerError(_NO_ANSWER)
        return head, body

    async def _end_of_process(self) -> str:
        try:
            wait = self.started.process.wait
            code = await asyncio.to_thread(wait, _EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            return "the code closed the connection of its runtime"
        if code >= 0:
            return f"the process of the function ended with status {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"the process of the function was ended by {name}"

    def kill(self) -> None:
        """End the process at once and close what leads to it; `started.end` does the rest."""
        guard.kill(self.started.process.pid)
        self.rest()
        os.close(self.started.output)
        self.writer.transport.abort()


_NO_ANSWER = "the code wrote to the connection of its runtime"


def _failure(head: dict[str, Any]) -> Outcome | None:
    failure = head.get("failure")
    if failure is None:
        return None
    try:
        message, kind = str(failure["message"]), str(failure["kind"])
        stack = [str(each) for each in failure["stack"]]
    except (KeyError, TypeError):
        raise BrokenWorkerError(_NO_ANSWER) from None
    return Outcome.function_error(message, kind, stack)


def _json(body: bytes) -> str:
    try:
        text = body.decode()
        json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenWorkerError(_NO_ANSWER) from None
    return text


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
