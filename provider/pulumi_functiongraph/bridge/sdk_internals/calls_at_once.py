"""Lets a provider process answer more calls of the engine at the same time.

Why: the SDK answers four at a time, whatever ``--parallel`` says, and each of ours waits for the
cloud. gRPC takes the threads of a call from what answers it, where that names some.
Without it: four calls at a time.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

_SERVICER = "DynamicResourceProviderServicer"
_THREADS = "experimental_thread_pool"
_WAITING = ("Create", "Read", "Update", "Delete")
"""The calls that wait for a cloud."""


def answer_at_once(most: int) -> None:
    """Answer so many calls at once from now on that wait for a cloud, whoever's resources they are.

    Args:
        most: beyond it, calls wait.
    """
    servicer = getattr(sys.modules.get("__main__"), _SERVICER, None)
    threads = ThreadPoolExecutor(most, thread_name_prefix="provider")
    for name in _WAITING:
        answer = getattr(servicer, name, None)
        if answer is not None:
            setattr(answer, _THREADS, threads)
