"""Marks a value that a provider hands to the engine as a secret.

Why: the published ``pulumi.Output.secret`` belongs to an event loop, and a provider's method runs
in a thread that has none.
Without it: the same mark, as Pulumi's protocol between engine and plugins has it.
"""

from __future__ import annotations

from typing import Any

from pulumi_functiongraph.bridge.sdk_internals.lookup import find

_wrap = find("pulumi.runtime.rpc", "wrap_rpc_secret")

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_OF_A_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's mark, no secret


def as_secret(value: object) -> Any:
    """The value, marked."""
    if _wrap is None:
        return {_SIGNATURE: _OF_A_SECRET, "value": value}
    return _wrap(value)
