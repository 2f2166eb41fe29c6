"""An error in the code of a function, described as the runtimes of FunctionGraph do."""

from __future__ import annotations

import contextlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not loaded: every start would pay for it
    from typing import Any

MAX_TEXT, MAX_LINES, MAX_LINE = 32 << 10, 200, 1000
"""Characters of a message, lines of a stack, characters of such a line; ours."""

# pathlib is not loaded: every start would pay for it
_HERE = os.path.dirname(__file__)  # noqa: PTH120
_IMPORT = os.path.join(os.path.dirname(os.__file__), "importlib")  # noqa: PTH118, PTH120
_NOT_THEIRS = (_HERE, _IMPORT, "<frozen importlib")


class FunctionError(Exception):
    """Something is wrong with the code that no exception of its own says."""

    __module__ = "builtins"  # the log names it without the path of this package


def describe(error: BaseException, settings: dict[str, Any]) -> dict[str, Any]:
    """An error as `message`, `kind` and `stack`; prints it to the log, too.

    Files of the code are named as if they lay where the cloud has them.
    """
    if isinstance(error, MemoryError):
        _release(error)
    import traceback

    def placed(text: str) -> str:
        there = text.replace(str(settings["folder"]), str(settings["code_root"]))
        return there.encode("utf-8", "replace").decode()

    frames = traceback.extract_tb(error.__traceback__)
    kept = [each for each in frames if not each.filename.startswith(_NOT_THEIRS)][-MAX_LINES:]
    lines = traceback.format_list(kept)
    last = traceback.format_exception_only(type(error), error)
    with contextlib.suppress(OSError, ValueError, AttributeError):  # the code may have closed it
        first = ["Traceback (most recent call last):\n"] if lines else []
        text = "".join([*first, *lines, *last])
        sys.stderr.write(placed(text))
        sys.stderr.flush()
    if isinstance(error, SyntaxError):
        lines += last[:-1]
    stack = [each.strip()[:MAX_LINE] for each in placed("".join(lines)).splitlines()]
    return {
        "message": placed(_message(error, settings)[:MAX_TEXT]),
        "kind": type(error).__name__,
        "stack": stack[:MAX_LINES],
    }


def _release(error: BaseException) -> None:
    """Give back what the code held when it ran out of memory: nothing can be done before."""
    step = error.__traceback__
    while step is not None:
        with contextlib.suppress(RuntimeError):  # a frame that still runs: this module's
            step.tb_frame.clear()
        step = step.tb_next


def _message(error: BaseException, settings: dict[str, Any]) -> str:
    if isinstance(error, SyntaxError):
        name = os.path.basename(error.filename or "").removesuffix(".py")  # noqa: PTH119
        return f"Syntax error in module {name!a}({error})"
    if isinstance(error, SystemExit):
        return f"the code called sys.exit({error.code!a})"
    if isinstance(error, MemoryError) and not str(error):
        return f"the code needs more than the memory of the function, {settings['memory']} MiB"
    return str(error)
