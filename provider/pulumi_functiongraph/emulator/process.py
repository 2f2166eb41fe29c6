"""The local cloud as a process of its own, for tests, demonstrations and scripts.

Imports nothing heavy: whoever only holds the handle does not load the server.
"""

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from pulumi_functiongraph.emulator.testing.running_cloud import (
    EmulatorError,
    GivenSeed,
    RunningCloud,
    text_of,
)

READY_TIMEOUT = 60.0
"""Seconds from the start of the process to its ready line."""
STOP_TIMEOUT = 15.0
"""Seconds from SIGTERM to the end of the process."""


@contextlib.contextmanager
def _file_of(seed: GivenSeed | None) -> Iterator[Path | None]:
    """The file of a seed, which is there meanwhile; one that is given as a file is that."""
    if seed is None or isinstance(seed, Path):
        yield seed
        return
    with tempfile.TemporaryDirectory(prefix="functiongraph-seed-") as folder:
        file = Path(folder) / "seed.yaml"
        file.write_text(text_of(seed), encoding="utf-8")
        try:
            yield file
        except EmulatorError as error:
            raise EmulatorError(str(error).replace(str(file), "the seed")) from None


class Emulator(RunningCloud):
    """A running local cloud; a context manager that stops it at the end.

    It begins with `seed`: a mapping, the same as YAML text, or the path of a file with that.
    Functions that are uploaded to it are run only with `run_code`. In a session of its own
    (`new_session`) no signal of the terminal reaches it; it ends when this process has ended,
    however that was.

    Raises:
        EmulatorError: it does not say that it is ready; the message holds what it said instead.
    """

    def __init__(
        self,
        *,
        cloud: str = "huawei",
        seed: GivenSeed | None = None,
        data: Path | None = None,
        port: int = 0,
        clock: Literal["real", "virtual"] = "real",
        run_code: bool = False,
        new_session: bool = False,
    ) -> None:
        command = [sys.executable, "-m", "pulumi_functiongraph.emulator"]
        command += ["--cloud", cloud, "--port", str(port), "--clock", clock]
        command += [] if data is None else ["--data", str(data)]
        command += ["--run-code"] if run_code else []
        command += ["--until-input-ends"] if new_session else []
        self._errors: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        with _file_of(seed) as file:
            command += [] if file is None else ["--seed", str(file)]
            super().__init__(self._start(command, new_session=new_session))

    def _start(self, command: list[str], *, new_session: bool) -> str:
        self.process = subprocess.Popen(  # noqa: S603 # this package, this interpreter
            command,
            # The system closes the other end with this process, after a kill -9 too.
            stdin=subprocess.PIPE if new_session else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=new_session,
        )
        self._readers = [
            threading.Thread(target=self._read_output, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        return self._wait_until_ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """Stop it cleanly and return its exit code; one that has ended is left alone."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self._close()
        return code

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _wait_until_ready(self) -> str:
        try:
            line = self._lines.get(timeout=READY_TIMEOUT)
        except queue.Empty:
            self.kill()
            raise EmulatorError(f"the local cloud said nothing for {READY_TIMEOUT:.0f} s") from None
        word, _, url = (line or "").partition(" ")
        if word != "ready":
            self.kill()
            raise EmulatorError("the local cloud did not start: " + "".join(self._errors).strip())
        return url.strip()

    def _read_output(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(line)
        self._lines.put(None)

    def _read_errors(self) -> None:
        for line in self.process.stderr or ():
            self._errors.append(line)

    def _close(self) -> None:
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
