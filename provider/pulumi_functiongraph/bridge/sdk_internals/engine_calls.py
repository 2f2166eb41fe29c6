"""Calls the engine in the calling thread.

Why: the published ``pulumi.runtime.invoke_async`` takes a thread of the event loop, all of which
registrations may hold until a hook has answered that waits for this call.
Without it: a `pulumi.RunError`; what was asked for is taken as unknown, and that is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.sdk_internals.lookup import find

_request = find("pulumi.runtime.proto.resource_pb2", "ResourceInvokeRequest")
_outputs = find("pulumi.runtime.rpc", "deserialize_properties_unwrap_secrets")


def call_engine(
    monitor: Any, token: str, arguments: Mapping[str, object], *, version: str = ""
) -> Any:
    """Call a function of the engine and wait for its answer.

    Args:
        monitor: as `mocks.monitor` gives it in the program's own thread.
        token: the function's.
        arguments: its arguments.
        version: of the plugin that has it.

    Raises:
        pulumi.RunError: the engine refused, or this release of the SDK has no such call.
    """
    if monitor is None or _request is None or _outputs is None:
        raise pulumi.RunError("this release of Pulumi's SDK lets nobody call the engine")
    request = _request(tok=token, version=version)
    request.args.update(dict(arguments))
    answer = monitor.Invoke(request)
    if answer.failures:
        raise pulumi.RunError(answer.failures[0].reason)
    outputs, _ = _outputs(getattr(answer, "return"))
    return outputs
