"""Runs a long command: a time-out, its last words, and a sign of life while it lasts."""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 15.0
"""Seconds between two signs of life."""

_LAST_WORDS = 12
_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    exit_code: int | None
    """None when it was not done in time."""

    seconds: float
    last_lines: tuple[str, ...]

    @property
    def is_success(self) -> bool:
        """Whether it ended in time, and with exit code 0."""
        return self.exit_code == 0

    def __str__(self) -> str:
        ended = (
            f"was ended after {self.seconds:.0f} s"
            if self.exit_code is None
            else f"ended with exit code {self.exit_code} after {self.seconds:.0f} s"
        )
        if not self.last_lines:
            return f"{ended}, without a word"
        return "\n".join(
            (f"{ended}; its last lines:", *(f"    {line}" for line in self.last_lines))
        )


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,
    on_line: Callable[[str], None] = lambda _: None,
    sign_of_life: Callable[[float], None] = lambda _: None,
    every: float = EVERY,
) -> Outcome:
    """Run a command to its end, or end it and all that it has started.

    Args:
        command: executable and arguments.
        folder: working directory.
        environment: the whole environment.
        timeout: seconds that it may take.
        on_line: takes each line that it writes, from a thread.
        sign_of_life: takes the seconds so far, now and then.
        every: seconds between two signs of life.
    """
    start = time.monotonic()
    lines: deque[str] = deque(maxlen=_LAST_WORDS)
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:

        def read() -> None:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                on_line(line.rstrip())

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        try:
            exit_code = _wait(process, start=start, timeout=timeout, every=every, tell=sign_of_life)
        finally:
            _end_group(process)
        reader.join()
    return Outcome(exit_code, time.monotonic() - start, tuple(lines))


def _wait(
    process: "subprocess.Popen[str]",
    *,
    start: float,
    timeout: float,
    every: float,
    tell: Callable[[float], None],
) -> int | None:
    while True:
        elapsed = time.monotonic() - start
        if elapsed >= timeout:
            return None
        try:
            return process.wait(min(every, timeout - elapsed))
        except subprocess.TimeoutExpired:
            tell(time.monotonic() - start)


def _end_group(process: "subprocess.Popen[str]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue
