"""The ways in which a run ends, each as the outcome that tells it.

The document of an error is the one of FunctionGraph's runtimes: `errorMessage`, `errorType` and
`stackTrace` (developer guide, "Developing Functions in Python", execution result).
"""

import json
from collections.abc import Sequence

from pulumi_functiongraph.emulator.invocations.outcome import Outcome, Result

MAX_ANSWER = 6 * 1024 * 1024
"""Bytes that a function may return; documented (variable RUNTIME_MAX_RESP_BODY_SIZE)."""
STOPPING = "the local cloud is stopping, and has ended this run"
MAX_ERROR = 1024
"""Characters of an error's line; ours."""


def success(payload: str) -> Outcome:
    """The function returned `payload`, JSON text; more than `MAX_ANSWER` bytes are an error."""
    size = len(payload.encode())
    if size > MAX_ANSWER:
        return function_error(
            f"response body size {size} exceeds the limit of {MAX_ANSWER}", "ResponseTooLarge"
        )
    return Outcome(Result.SUCCESS, payload=payload)


def function_error(message: str, kind: str, stack: Sequence[str] = ()) -> Outcome:
    """The function failed.

    Args:
        message: what went wrong.
        kind: the class of the exception, or a word of ours where there was none.
        stack: the lines of the stack, outermost first.
    """
    document = {"errorMessage": message, "errorType": kind, "stackTrace": list(stack)}
    return Outcome(
        Result.FUNCTION_ERROR, payload=json.dumps(document), error=one_line(f"{kind}: {message}")
    )


def timed_out(seconds: int) -> Outcome:
    """The function was still running when its time-out was over. No document has the words."""
    message = f"the function was still running after its time-out of {seconds} s"
    return function_error(message, "Timeout")


def system_error(message: str) -> Outcome:
    """The function did not run, or nobody knows how it ended."""
    return Outcome(Result.SYSTEM_ERROR, error=one_line(message))


def one_line(text: str) -> str:
    """A text without line breaks and other control characters, cut to `MAX_ERROR`."""
    words = "".join(each if each.isprintable() else " " for each in text).split()
    return " ".join(words)[:MAX_ERROR]
