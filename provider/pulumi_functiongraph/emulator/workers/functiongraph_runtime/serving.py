"""The life of the process: limits, load, initializer, and then one event after the other."""

from __future__ import annotations

import contextlib
import json
import os
import sys

from .channel import Channel
from .context import Context, logger
from .failures import FunctionError, describe
from .loading import load
from .process_state import ProcessState

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not loaded: every start would pay for it
    from collections.abc import Callable
    from typing import Any

INTERPRETER_MIB = 96
"""Address space on top of the memory of the function, for the interpreter itself; ours."""
FILE_BYTES = 512 << 20
"""The largest file that the code may write: the documented temporary space of a function."""


def main(descriptor: int) -> None:
    """Serve on a descriptor until the local cloud closes it."""
    folder = os.getcwd()  # noqa: PTH109 # pathlib is not loaded
    sys.path[0] = folder
    sys.argv[1:] = []
    sys.dont_write_bytecode = True
    channel = Channel(descriptor)
    channel.send({})
    started = channel.receive()
    if started is not None:
        _limit(int(started[0]["memory"]))
        serve(channel, {"folder": folder, **started[0]})
    os._exit(0)


def _limit(memory_mib: int) -> None:
    import resource

    space = (memory_mib + INTERPRETER_MIB) << 20
    for kind, most in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):  # macOS has no limit of address space
            resource.setrlimit(kind, (most, most))


def serve(channel: Channel, settings: dict[str, Any]) -> None:
    """Load the code, say so, and run it for each event; return when the process is of no more use.

    Each answer's head has `failure` (what `describe` says, or null), `last`, and `memory_kib`.
    """
    none = dict.fromkeys(("request_id", "access_key", "secret_key", "security_token", "token"), "")
    try:
        handler = load(str(settings["handler"]), str(settings["folder"]))
        if settings["initializer"]:
            load(str(settings["initializer"]), str(settings["folder"]))(Context(settings, none))
    except BaseException as error:  # noqa: BLE001 # whatever the code raises is its failure
        channel.send(_failed(error, settings, last=True))
        return
    state = ProcessState()
    channel.send({})
    last = False
    while not last and (received := channel.receive()) is not None:
        head, body = _run(handler, received, settings)
        last = not state.restore() or bool(head["last"])
        channel.send({**head, "last": last}, body)


def _run(
    handler: Callable[..., Any], received: tuple[dict[str, Any], bytes], settings: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    invocation, event = received
    if "logging" in sys.modules:
        logger(str(invocation["request_id"]))
    try:
        result = handler(json.loads(event), Context(settings, invocation))
        body = answer(result, int(settings["max_answer"]))
    except BaseException as error:  # noqa: BLE001 # whatever the code raises is its failure
        # After these the process may be short of memory, or is meant to end.
        last = isinstance(error, MemoryError) or not isinstance(error, Exception)
        return _failed(error, settings, last=last), ""
    return {"failure": None, "last": False, "memory_kib": _memory_kib()}, body


def _failed(error: BaseException, settings: dict[str, Any], *, last: bool) -> dict[str, Any]:
    try:
        failure = describe(error, settings)
    except BaseException:  # noqa: BLE001 # an exception may have a message that raises
        failure = {"message": "", "kind": type(error).__name__, "stack": []}
    return {"failure": failure, "last": last, "memory_kib": _memory_kib()}


def _memory_kib() -> int:
    """The most that the process ever held; 0 where the system does not say it.

    Not `ru_maxrss`: on Linux it counts what the parent held when it started the process.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 # as above
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration, ValueError, MemoryError):
        return 0


def answer(result: Any, limit: int) -> str:
    """What a handler returned, as JSON text.

    Raises:
        FunctionError: it cannot be one, or is larger than `limit` bytes.
    """
    try:
        text = json.dumps(result, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        message = f"failed to convert the result to a JSON string, err: {error}"
        raise FunctionError(message) from None
    if size > limit:
        raise FunctionError(f"response body size {size} exceeds the limit of {limit}")
    return text
