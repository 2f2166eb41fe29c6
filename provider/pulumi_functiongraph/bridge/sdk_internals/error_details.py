"""Sets the text with which a failed call of a dynamic provider reaches the engine.

Why: later releases of the SDK answer with ``context.abort(UNKNOWN, traceback.format_exc())``, and
hand their context to nobody. Our own errors have a message for a person, so the context is looked
for in the frames of the call.
Without it: the SDK shows what it shows, a traceback that ends with the message.
"""

from __future__ import annotations

import inspect
from contextlib import suppress
from typing import Any, NoReturn


def replace_details(message: str) -> None:
    """Let the call that is under way fail with a message instead of a traceback."""
    context = _context()
    if context is None:
        return
    abort = context.abort

    def abort_with_message(code: object, *_: object, **__: object) -> NoReturn:
        abort(code, message)
        raise AssertionError  # abort raises; this line is for type checkers

    with suppress(AttributeError):  # of a context that lets nobody replace it
        context.abort = abort_with_message


def _context() -> Any:
    """The gRPC context of the call that is under way, ``None`` where there is none."""
    frame = inspect.currentframe()
    while frame is not None:
        context = frame.f_locals.get("context")
        if callable(getattr(context, "abort", None)):
            return context
        frame = frame.f_back
    return None
