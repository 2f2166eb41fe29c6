"""Looks up what a release of the SDK has under a name that it does not publish."""

from __future__ import annotations

from importlib import import_module
from typing import Any

TOUCHED: dict[str, bool] = {}
"""Each name that was looked for, and whether this release has it."""


def find(module: str, name: str) -> Any:
    """What a module of the SDK has under a name, ``None`` where this release has no such thing."""
    try:
        found = getattr(import_module(module), name, None)
    except ImportError:
        found = None
    TOUCHED[f"{module}.{name}"] = found is not None
    return found
