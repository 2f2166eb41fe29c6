"""Finds the test of unittest that is running.

Why: unittest publishes no way to ask, and its tests share Pulumi's root resource and mocks. Its
frames hold the test, as the local variable ``self`` of ``unittest.case``.
Without it: tests of a module that share mocks count as one program, so a declaration of one may be
judged beside those of another. That is seen at once, in a unit test.
"""

from __future__ import annotations

import inspect


def running_case() -> object:
    """The test of unittest that calls, ``None`` outside of one; unittest is not loaded for it."""
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_globals.get("__name__") == "unittest.case" and "self" in frame.f_locals:
            return frame.f_locals["self"]
        frame = frame.f_back
    return None
