"""Marks a value that a provider hands to the engine as a secret.

Why: the published ``pulumi.Output.secret`` belongs to an event loop, and a provider's method runs
in a thread that has none.
Without it: the same mark, as Pulumi's protocol between engine and plugins has it.
"""

from __future__ import annotations

from typing import Any

from pulumi_functiongraph.bridge.sdk_internals.lookup import find
from pulumi_functiongraph.core.properties import SECRET_MARK

_wrap = find("pulumi.runtime.rpc", "wrap_rpc_secret")


def as_secret(value: object) -> Any:
    """The value, marked."""
    if _wrap is None:
        key, mark = SECRET_MARK
        return {key: mark, "value": value}
    return _wrap(value)
