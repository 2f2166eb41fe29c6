"""Recognises unit tests under ``pulumi.runtime.set_mocks``, and tells them apart.

Why: the SDK publishes how mocks are set, not that they are. Its root resource is one for all tests
of a process, so what it makes anew for each test tells them apart.
Without it: an engine is assumed. A check too many in a unit test is seen at once; one too few in an
update would not be.
"""

from __future__ import annotations

from typing import Any

from pulumi_functiongraph.bridge.sdk_internals.lookup import find

_get_monitor = find("pulumi.runtime.settings", "get_monitor")
_get_rpc_manager = find("pulumi.runtime.settings", "_get_rpc_manager")
_mock_monitor = find("pulumi.runtime.mocks", "MockMonitor")


def monitor() -> Any:
    """What answers the program: an engine's, or another one with each ``set_mocks``."""
    return _get_monitor() if _get_monitor is not None else None


def is_mocked() -> bool:
    """Whether this is a user's unit test under ``pulumi.runtime.set_mocks``: no network there."""
    return _mock_monitor is not None and isinstance(monitor(), _mock_monitor)


def calls_under_way() -> object:
    """The SDK's list of calls under way, another one with each ``pulumi.runtime.test``."""
    return getattr(_get_rpc_manager(), "rpcs", None) if _get_rpc_manager is not None else None


def answer_of_mocks(arguments: object) -> Any:
    """What the user's ``Mocks.call`` answers; nothing where this is no unit test.

    Args:
        arguments: a ``pulumi.runtime.MockCallArgs``.
    """
    mocks = getattr(monitor(), "mocks", None)
    return mocks.call(arguments) if mocks is not None else {}
