"""What a run must leave to the next one of its process, beside the code's own variables."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not loaded: every start would pay for it
    from typing import Any

_OUTPUTS = (1, 2)
"""Descriptors of standard output and standard error."""


class ProcessState:
    """The process as it is once its code is loaded."""

    def __init__(self) -> None:
        self._mask = os.umask(0o077)
        os.umask(self._mask)
        self._folder = _folder()
        self._streams = (sys.stdout, sys.stderr)
        self._files = _files()
        self._limits = _limits()
        self._timers = _timers()

    def restore(self) -> bool:
        """After a run, set back the working folder and the mask of new files.

        Returns:
            Whether the process can be used again. It cannot where the run has closed or replaced
            its standard output or error, changed a limit, or left a timer that will interrupt.
        """
        try:
            os.umask(self._mask)
            os.chdir(self._folder)
            return self._has_streams() and (_files(), _limits(), _timers()) == (
                self._files,
                self._limits,
                self._timers,
            )
        except BaseException:  # noqa: BLE001 # a stream of the code's own may raise anything
            return False

    def _has_streams(self) -> bool:
        now = (sys.stdout, sys.stderr)
        return all(
            each is before and not each.closed
            for each, before in zip(now, self._streams, strict=True)
        )


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 # pathlib is not loaded
    except OSError:
        return ""


def _files() -> list[tuple[int, int]]:
    """Which files the outputs are; one that is closed is left out, and its number may be reused."""
    found = []
    for descriptor in _OUTPUTS:
        try:
            status = os.fstat(descriptor)
        except OSError:
            continue
        found.append((status.st_dev, status.st_ino))
    return found


def _limits() -> list[tuple[int, int]]:
    import resource

    names = (name for name in dir(resource) if name.startswith("RLIMIT_"))
    return [resource.getrlimit(getattr(resource, name)) for name in names]


def _timers() -> list[bool]:
    """Which timers are set; none before the code has loaded the module that sets them."""
    signal: Any = sys.modules.get("signal")
    if signal is None:
        return [False] * 3
    kinds = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
    return [any(signal.getitimer(kind)) for kind in kinds]
