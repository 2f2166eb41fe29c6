"""Leaves what runs the program out of the stack trace that the state has of a resource.

Why: the SDK records every frame, down to the event loop's and the interpreter's. They are two
fifths of what a state holds of a config, with paths of the machine. The SDK has no option for it,
but it asks `traceback.extract_stack`, which obeys ``sys.tracebacklimit``.
Without it: the state holds the whole trace, as it does of other resources.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_MORE = 3
"""From a constructor to the trace there are four frames of the SDK, to here three: two to spare."""


@contextmanager
def ending_at(outermost: FrameType | None) -> Iterator[None]:
    """While this holds, the traces that the SDK takes end with a frame, or a few frames later.

    Args:
        outermost: a frame that the caller was called from; ``None`` leaves traces whole.
    """
    depth = _depth_of(outermost)
    if depth is None or hasattr(sys, "tracebacklimit"):
        yield
        return
    sys.tracebacklimit = depth + _MORE
    try:
        yield
    finally:
        with suppress(AttributeError):  # another program's thread was here meanwhile
            del sys.tracebacklimit


def _depth_of(outermost: FrameType | None) -> int | None:
    """How many frames there are from here to that one, ``None`` where it is not among them."""
    frame, depth = inspect.currentframe(), 1
    while frame is not None and frame is not outermost:
        frame, depth = frame.f_back, depth + 1
    return None if frame is None else depth
