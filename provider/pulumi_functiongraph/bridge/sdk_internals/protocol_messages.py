"""Makes the messages of Pulumi's provider protocol importable without the rest of the SDK.

Why: the SDK publishes them below ``pulumi.runtime.proto``, and importing that runs all of
``pulumi``, which a plugin process does not use: 0.2 s of the start of each of the processes that
the engine starts in one ``pulumi up``.
Without it: the SDK is imported as a whole.

The SDK also lifts protobuf's limits as it is imported, by what protobuf does not publish. With
them, a bag of more than thirty levels fails before anybody can say which one it is.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from pulumi_functiongraph.bridge.sdk_internals.lookup import find

_lift_limits = find("google._upb._message", "SetAllowOversizeProtos")
_PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def skip_sdk() -> None:
    """Let ``pulumi.runtime.proto`` be imported alone, in this process from now on.

    For a process that runs nothing but the plugin. Where the SDK is loaded already, or its messages
    are elsewhere, nothing happens.
    """
    if any(name in sys.modules for name in _PACKAGES):
        return
    spec = importlib.util.find_spec("pulumi")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not folders or not Path(folders[0], "runtime", "proto", "provider_pb2.py").is_file():
        return
    for name in _PACKAGES:
        package = ModuleType(name)
        package.__path__ = [str(Path(folders[0], *name.split(".")[1:]))]
        sys.modules[name] = package
    if _lift_limits is not None:
        _lift_limits(True)
