"""The HTTP client's clocks run faster: its waits and deadline, and its read time-out, are short.

Python loads this module by its name when its folder is on PYTHONPATH, in the program's process as
in the provider's. An engine test of a service that never answers would else take minutes.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

FASTER = 20.0
READ_TIMEOUT = 2.0
"""Seconds; not as short as the rest, because a busy machine must not look like a lost answer."""


def _retries(module: Any) -> None:
    module.FIRST_WAIT /= FASTER
    module.LONGEST_WAIT /= FASTER


def _session(module: Any) -> None:
    module.READ_TIMEOUT = min(READ_TIMEOUT, module.READ_TIMEOUT)
    module.DEADLINE /= FASTER
    module.Session.__init__.__kwdefaults__["deadline"] = module.DEADLINE


_CHANGES: dict[str, Callable[[Any], None]] = {
    "pulumi_functiongraph.cloud.http.retries": _retries,
    "pulumi_functiongraph.cloud.http.session": _session,
}


class _Changing(MetaPathFinder):
    """Finds the modules as Python does, and changes their constants once they are loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        change = _CHANGES.get(fullname)
        if change is None:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def load_and_change(module: ModuleType) -> None:
            load(module)
            change(module)

        spec.loader.exec_module = load_and_change  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, _Changing())
