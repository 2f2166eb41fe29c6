"""Asynchronous notification configs of FunctionGraph for Pulumi.

The names below are loaded when they are first used, so that a function which only reads its
notification event does not load Pulumi. Inside a running Pulumi program importing this package
puts the gate in place: every resource constructed after that line waits until all declarations
have been judged. In a process that starts programs later, each of them is judged from its first
resource on.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_functiongraph.bridge.function_lookup import GetFunctionResult
    from pulumi_functiongraph.core.events import NotificationEvent
    from pulumi_functiongraph.dynamic.resource import AsyncNotificationConfig
    from pulumi_functiongraph.program.declared_trigger import Trigger
    from pulumi_functiongraph.program.functions import get_function, get_function_output
    from pulumi_functiongraph.program.inputs import (
        AsyncNotificationConfigArgs,
        DisTarget,
        DisTargetDict,
        FunctionTarget,
        FunctionTargetDict,
        ObsTarget,
        ObsTargetDict,
        SmnTarget,
        SmnTargetDict,
    )

_HOME = {
    "AsyncNotificationConfig": "dynamic.resource",
    "AsyncNotificationConfigArgs": "program.inputs",
    "DisTarget": "program.inputs",
    "DisTargetDict": "program.inputs",
    "FunctionTarget": "program.inputs",
    "FunctionTargetDict": "program.inputs",
    "GetFunctionResult": "bridge.function_lookup",
    "NotificationEvent": "core.events",
    "ObsTarget": "program.inputs",
    "ObsTargetDict": "program.inputs",
    "SmnTarget": "program.inputs",
    "SmnTargetDict": "program.inputs",
    "Trigger": "program.declared_trigger",
    "get_function": "program.functions",
    "get_function_output": "program.functions",
}

_NATIVE = "Provider"
"""A name that only the module of the plugin has."""

__all__ = [  # noqa: RUF022 - classes, their dictionaries and functions in order of use
    "AsyncNotificationConfig",
    "AsyncNotificationConfigArgs",
    "FunctionTarget",
    "ObsTarget",
    "SmnTarget",
    "DisTarget",
    "FunctionTargetDict",
    "ObsTargetDict",
    "SmnTargetDict",
    "DisTargetDict",
    "Trigger",
    "GetFunctionResult",
    "NotificationEvent",
    "get_function",
    "get_function_output",
]


if not TYPE_CHECKING:  # a type checker would take every name for one of this module

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used."""
        if name not in _HOME:
            message = f"module {__name__!r} has no attribute {name!r}"
            if name == _NATIVE:
                message = (
                    f"{message}; write: import {__name__}.native as functiongraph, which has it"
                )
            raise AttributeError(message)
        value = _loaded(name, _HOME[name])
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted(__all__)


def _loaded(name: str, home: str) -> Any:
    """A name of a module of this package, with the gate in place where that has loaded Pulumi."""
    value = getattr(imported(home), name)
    _arm()
    return value


def _arm() -> None:
    """Put the gate in place: in the running program, or in those that this process starts later.

    Nothing is loaded where Pulumi is not.
    """
    runtime = sys.modules.get("pulumi.runtime")
    if runtime is None:
        return
    if runtime.get_root_resource() is not None:
        imported("program.gate").arm()
    imported("bridge.sdk_internals.program_start").call_at_start(_arm_at_start)


def _arm_at_start() -> None:
    """Put the gate in place in a program that has nothing but its root yet."""
    imported("program.gate").arm(at_start=True)


def imported(module: str) -> Any:
    """A module of this package; loading it makes no garbage, so none is looked for meanwhile."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        return import_module(f"{__name__}.{module}")
    finally:
        if is_on:
            gc.enable()


_arm()
