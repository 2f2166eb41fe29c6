"""What came of one run of a function.

The document of an error is the one of FunctionGraph's runtimes: `errorMessage`, `errorType` and
`stackTrace` (developer guide, "Developing Functions in Python", execution result).
"""

import asyncio
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Self

import msgspec

MAX_ANSWER = 6 * 1024 * 1024
"""Bytes that a function may return; documented (variable RUNTIME_MAX_RESP_BODY_SIZE)."""
MAX_ERROR = 1024
"""Characters of an error's line; ours."""
STOPPING = "the local cloud is stopping, and has ended this run"
RESET = "the local cloud was reset, which has ended this run"


class Result(StrEnum):
    """How a run ended."""

    SUCCESS = "success"
    FUNCTION_ERROR = "function_error"
    """The code failed: an exception, a time-out, too much memory, an end of its process."""
    SYSTEM_ERROR = "system_error"
    """The code did not run, or nobody knows how it ended."""


class Outcome(msgspec.Struct, frozen=True):
    """One run's result."""

    result: Result
    payload: str = ""
    """What the function returned, as JSON text; of an error, the document that describes it."""
    error: str = ""
    """The error in one line; empty after a success."""
    log: str = ""
    """What the function printed, and the lines that the runtime adds."""
    milliseconds: int = 0
    memory_mib: int = 0
    """The most memory that the run held, where that is known."""

    @classmethod
    def success(cls, payload: str) -> Self:
        """The function returned `payload`, JSON text; more than `MAX_ANSWER` bytes are an error."""
        size = len(payload.encode())
        if size > MAX_ANSWER:
            return cls.function_error(
                f"response body size {size} exceeds the limit of {MAX_ANSWER}", "ResponseTooLarge"
            )
        return cls(Result.SUCCESS, payload=payload)

    @classmethod
    def function_error(cls, message: str, kind: str, stack: Sequence[str] = ()) -> Self:
        """The function failed.

        Args:
            message: what went wrong.
            kind: the class of the exception, or a word of ours where there was none.
            stack: the lines of the stack, outermost first.
        """
        document = {"errorMessage": message, "errorType": kind, "stackTrace": list(stack)}
        return cls(
            Result.FUNCTION_ERROR,
            payload=json.dumps(document),
            error=one_line(f"{kind}: {message}"),
        )

    @classmethod
    def timed_out(cls, seconds: int) -> Self:
        """The function was still running when its time-out was over. No document has the words."""
        message = f"the function was still running after its time-out of {seconds} s"
        return cls.function_error(message, "Timeout")

    @classmethod
    def system_error(cls, message: str) -> Self:
        """The function did not run, or nobody knows how it ended."""
        return cls(Result.SYSTEM_ERROR, error=one_line(message))


class CutOffError(asyncio.CancelledError):
    """A run was broken off; `log` is what it had printed, after the line that the runtime adds."""

    def __init__(self, log: str) -> None:
        super().__init__()
        self.log = log


def one_line(text: str) -> str:
    """A text without line breaks and other control characters, cut to `MAX_ERROR`."""
    words = "".join(each if each.isprintable() else " " for each in text).split()
    return " ".join(words)[:MAX_ERROR]
