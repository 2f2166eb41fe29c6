"""`fgctl` as a process: what it does where a standard stream is closed, full or in few letters.

Never here: typer, since the version is shown without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper

_COULD_NOT_RUN = 2
_INTERRUPTED = 130
"""What a shell says of a program that ended by Ctrl-C."""


@contextmanager
def one_process() -> Iterator[None]:
    """End this process without a traceback when it is interrupted, or refused a read or a write.

    Raises:
        SystemExit: in each of these cases.
    """
    _prepare_streams()
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except SystemExit as ended:
        # Where a pipe is closed, typer exits with 1, which says that something was found.
        sys.exit(_COULD_NOT_RUN if isinstance(ended.__context__, BrokenPipeError) else ended.code)
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        with suppress(OSError):
            sys.stderr.write(f"fgctl: {about}{error.strerror or error}\n")
        _forget_what_is_unwritten()
        sys.exit(_COULD_NOT_RUN)


def _prepare_streams() -> None:
    """Stand in for closed streams, and show a letter that a terminal lacks by its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _forget_what_is_unwritten() -> None:
    """Python would fail once more when it writes the rest at its end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
