"""The local cloud as a process of its own, for tests, demonstrations and scripts.

Imports nothing heavy: whoever only holds the handle does not load the server.
"""

import contextlib
import http.client
import json
import queue
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

READY_TIMEOUT = 60.0
"""Seconds from the start of the process to its ready line."""
STOP_TIMEOUT = 15.0
"""Seconds from SIGTERM to the end of the process."""
CONTROL_TIMEOUT = 30.0
"""Seconds for one answer of a control."""


class EmulatorError(RuntimeError):
    """The local cloud did not start, or refused an order."""


class Emulator:
    """A running local cloud; a context manager that stops it at the end.

    Raises:
        EmulatorError: it does not say that it is ready; the message holds what it said instead.
    """

    def __init__(
        self,
        *,
        cloud: str = "huawei",
        seed: Path | None = None,
        data: Path | None = None,
        port: int = 0,
    ) -> None:
        command = [sys.executable, "-m", "pulumi_functiongraph.emulator"]
        command += ["--cloud", cloud, "--port", str(port)]
        command += [] if seed is None else ["--seed", str(seed)]
        command += [] if data is None else ["--data", str(data)]
        self.process = subprocess.Popen(  # noqa: S603 # this package, this interpreter
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._errors: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._readers = [
            threading.Thread(target=self._read_output, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self.url = self._wait_until_ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which clients reach this cloud."""
        found: dict[str, str] = self.control("GET", "environment")
        return found

    def seed(self, seed: str | Mapping[str, Any]) -> dict[str, Any]:
        """Add what a seed describes (YAML text, or the same as a mapping); returns the state."""
        text = seed if isinstance(seed, str) else json.dumps(seed)
        state: dict[str, Any] = self.control("POST", "seed", text)
        return state

    def state(self) -> dict[str, Any]:
        """All that the cloud holds."""
        state: dict[str, Any] = self.control("GET", "state")
        return state

    def requests(self) -> list[dict[str, Any]]:
        """Every request seen since the start, the last reset or the last `forget_requests`."""
        requests: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return requests

    def writes(self) -> list[dict[str, Any]]:
        """Only those requests that asked for a change; asking for a token is none."""
        return [request for request in self.requests() if request["writing"]]

    def forget_requests(self) -> None:
        """Empty the log of requests."""
        self.control("DELETE", "requests")

    def faults(self, *faults: Mapping[str, Any]) -> None:
        """Put these faults in the place of those in force; none at all lifts them."""
        self.control("DELETE", "faults")
        if faults:
            self.control("POST", "faults", json.dumps(faults))

    def options(self, **options: Any) -> dict[str, Any]:
        """Change options; returns all of them."""
        found: dict[str, Any] = self.control("POST", "options", json.dumps(options))
        return found

    def advance(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the cloud's time, and carry out what becomes due on the way, in due order."""
        step = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        self.control("POST", "clock", json.dumps({"seconds": step.total_seconds()}))

    def skew(self, *, seconds: float) -> None:
        """Set the clock wrong that dates of requests are held against, and that dates answers."""
        self.control("POST", "clock", json.dumps({"skew_seconds": seconds}))

    def reset(self) -> None:
        """Back to the seed: state, faults, options, clock and log of requests."""
        self.control("POST", "reset")

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

    def control(self, method: str, name: str, body: str = "") -> Any:
        """Give an order under `/_emulator/` and return its answer.

        Raises:
            EmulatorError: it is refused.
        """
        address = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=CONTROL_TIMEOUT
        )
        with contextlib.closing(connection):
            connection.request(method, f"/_emulator/{name}", body.encode())
            response = connection.getresponse()
            content = response.read()
        if response.status != http.client.OK:
            text = content.decode("utf-8", "replace")
            raise EmulatorError(f"{method} /_emulator/{name} was refused: {text}")
        return json.loads(content)

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
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
