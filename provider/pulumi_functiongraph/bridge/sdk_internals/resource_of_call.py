"""Says which resource a call of a dynamic provider is about.

Why: the engine says so in each request, and the SDK hands a provider's methods the bags alone. So
the request is looked for in the frames of the call.
Without it: lines about a resource name its function.
"""

from __future__ import annotations

import inspect


def urn_of_call() -> str:
    """The Pulumi URN of the resource of the call that is under way, empty where there is none."""
    frame = inspect.currentframe()
    while frame is not None:
        urn = getattr(frame.f_locals.get("request"), "urn", None)
        if isinstance(urn, str):
            return urn
        frame = frame.f_back
    return ""
