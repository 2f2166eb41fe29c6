"""The processes that the host has started: none outlives the call or the host that wanted it."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Literal

_GRACE = 4.0
"""Seconds between asking a child to end and killing it; the engine gives the host five."""

_CHUNK = 65_536

Channel = Literal["stdout", "stderr"]


class Children:
    """The running children of one host; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    @contextmanager
    def running(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], piped: bool
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command for the length of a ``with`` block; afterwards it has ended.

        Args:
            command: executable and arguments.
            cwd: working directory.
            environment: the child's whole environment.
            piped: whether its output is read through pipes; else it is the host's own.
        """
        channel = subprocess.PIPE if piped else None
        with self._lock:
            if self._closed:
                raise RuntimeError("the language host is shutting down and starts nothing more")
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=channel,
                stderr=channel,
            )
            self._running.add(process)
        try:
            yield process
        finally:
            self.end(process)
            with self._lock:
                self._running.discard(process)

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Ask a child to end, kill it when it does not, and wait until it is gone."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()

    def end_all(self) -> None:
        """End every child at once, and start none from now on."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        enders = [threading.Thread(target=self.end, args=(process,)) for process in running]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()


def output_of(process: "subprocess.Popen[bytes]") -> Iterator[tuple[Channel, bytes]]:
    """Yield a piped child's output as it comes, until both pipes are at their end.

    The pipes are closed by whoever reads them, so a piped child needs this call exactly once.
    """
    queue: SimpleQueue[tuple[Channel, bytes] | None] = SimpleQueue()

    def pump(channel: Channel, stream: IO[bytes]) -> None:
        with stream:
            while block := os.read(stream.fileno(), _CHUNK):
                queue.put((channel, block))
        queue.put(None)

    channels: tuple[tuple[Channel, IO[bytes] | None], ...] = (
        ("stdout", process.stdout),
        ("stderr", process.stderr),
    )
    for channel, stream in channels:
        if stream is None:
            raise ValueError("the output of a child without pipes cannot be read")
        threading.Thread(target=pump, args=(channel, stream), daemon=True).start()
    for _ in channels:
        while (item := queue.get()) is not None:
            yield item
