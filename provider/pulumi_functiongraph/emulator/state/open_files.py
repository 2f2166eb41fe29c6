"""Whether the files that a state is kept in are still those that the process has open.

SQLite goes on with a file that was removed, moved or replaced: it has it open. What is committed
then is gone with the process, or is in a file that no start will find.
"""

import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

MOMENT = 0.05
"""Seconds for which reads rely on the last look; ours. Changes rely on none."""


class MovedError(sqlite3.OperationalError):
    """A file of the state is not at its place any more; the message says what to do."""


class OpenFiles:
    """Files as they are now, which are held against what is at their places later.

    Args:
        files: all of them.
        log: the one among them that never becomes shorter while it is used.
    """

    def __init__(self, files: Iterable[Path] = (), *, log: Path | None = None) -> None:
        self._found = {file: _identity(file) for file in files}
        self._log, self._length = log, 0
        self.is_cut = False
        """Whether the log was found shorter than it was; it stays damaged however long it gets."""
        self._trusted_until = 0.0

    def check(self) -> None:
        """Look whether all of them are there.

        Raises:
            MovedError: one was removed, moved, replaced or cut, or cannot be looked at.
        """
        self._trusted_until = 0.0
        for file, identity in self._found.items():
            if identity is None or _identity(file) != identity:
                raise MovedError(
                    f"{file if file.parent.is_dir() else file.parent} was removed, moved or "
                    "replaced while it was used; put it back as it was, or start the local cloud "
                    "again"
                )
        self._check_log()
        self._trusted_until = time.monotonic() + MOMENT

    def _check_log(self) -> None:
        if self._log is None:
            return
        known = self._length  # before the look: other threads look, too, and the log grows
        length = self._log.stat().st_size
        self.is_cut |= length < known
        self._length = max(self._length, length)
        if self.is_cut:
            raise MovedError(
                f"{self._log} was cut while it was used, and with it what was acknowledged; stop "
                "the local cloud, and put a copy of the whole folder back, or name an empty one"
            )

    def check_at_times(self) -> None:
        """The same, unless all of them were there a moment ago."""
        if time.monotonic() > self._trusted_until:
            self.check()

    def still_has(self, file: Path) -> bool:
        """Whether a file was not taken away; one that was never looked at was not."""
        return file not in self._found or _identity(file) == self._found[file]


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 # twice as fast, and each commit does it
    except OSError:
        return None
    return found.st_dev, found.st_ino
