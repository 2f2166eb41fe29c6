"""The package's names for programs that use the native plugin in place of the dynamic provider.

``import pulumi_functiongraph.native as functiongraph`` in place of ``import pulumi_functiongraph as
functiongraph`` is all that a program changes, either way: the stack's state is known by both. The
names are loaded when they are first used, as those of the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_functiongraph as package
from pulumi_functiongraph import _loaded

if TYPE_CHECKING:
    from pulumi_functiongraph import (
        AsyncNotificationConfigArgs,
        DisTarget,
        DisTargetDict,
        FunctionTarget,
        FunctionTargetDict,
        GetFunctionResult,
        NotificationEvent,
        ObsTarget,
        ObsTargetDict,
        SmnTarget,
        SmnTargetDict,
        Trigger,
        get_function,
        get_function_output,
    )
    from pulumi_functiongraph.plugin.program_resource import AsyncNotificationConfig, Provider

_HOME = dict.fromkeys(("AsyncNotificationConfig", "Provider"), "plugin.program_resource")

__all__ = [  # noqa: RUF022 - as in the package, and the provider
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
    "Provider",
]


if not TYPE_CHECKING:  # a type checker would take every name for one of this module

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used."""
        if name not in __all__:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value = _loaded(name, _HOME[name]) if name in _HOME else getattr(package, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted(__all__)
