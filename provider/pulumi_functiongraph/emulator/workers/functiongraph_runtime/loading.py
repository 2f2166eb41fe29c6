"""Finds the function that a handler names."""

from __future__ import annotations

import os
import sys

from .failures import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not loaded: every start would pay for it
    from collections.abc import Callable
    from typing import Any


def load(handler: str, folder: str) -> Callable[..., Any]:
    """The function that `file.function` names.

    Raises:
        FunctionError: there is no such function.
        Exception: whatever the code raises at import.
    """
    module, _, name = handler.rpartition(".")
    module = module.replace("/", ".")
    if not name or not all(module.split(".")):
        raise FunctionError(f"Handler {handler!a} is not of the form file.function")
    function = getattr(_module(module, folder), name, None)
    if not callable(function):
        raise FunctionError(f"Handler {name!a} missing on module {module!a}")
    found: Callable[..., Any] = function
    return found


def _module(name: str, folder: str) -> Any:
    import importlib
    import importlib.util

    path = os.path.join(folder, *name.split(".")) + ".py"  # noqa: PTH118 # pathlib is not loaded
    if name in sys.modules and getattr(sys.modules[name], "__file__", None) != path:
        # The file has the name of a module that this script uses.
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is not None and spec.loader is not None:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    return importlib.import_module(name)
