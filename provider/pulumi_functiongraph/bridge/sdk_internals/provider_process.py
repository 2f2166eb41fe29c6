"""Recognises the process that the engine starts for dynamic providers, and its arguments.

Why: nobody tells a provider's class whether an engine or a unit test uses it, nor the address of
that engine. The SDK's module for it is the ``__main__`` of the process, and the address is the last
argument.
Without it: no engine is known, the process ends when the engine ends it, and what other provider
processes of the run declare is not known here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

_MAIN = "pulumi.dynamic.__main__"


def arguments_of_engine() -> Sequence[str] | None:
    """What the engine has started this process with, ``None`` where it is no provider process."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return sys.argv[1:] if getattr(spec, "name", "") == _MAIN else None
