"""A call that failed half-way: the engine keeps what is live now, and tries again the next time."""

from __future__ import annotations

from typing import NoReturn

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

_DETAILS = "grpc-status-details-bin"


def fail_with_state(
    context: grpc.ServicerContext, id_: str, outputs: Struct, inputs: Struct, *, reason: str
) -> NoReturn:
    """End a call with an error, and hand the engine the state to keep.

    Args:
        context: of the call.
        id_: the resource's id.
        outputs: what is live.
        inputs: the same as a program would declare it.
        reason: the error, for a person.
    """
    failed = provider_pb2.ErrorResourceInitFailed(
        id=id_, properties=outputs, inputs=inputs, reasons=[reason]
    )
    detail = PackedMessage()
    detail.Pack(failed)
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=reason, details=[detail])
    context.set_trailing_metadata(((_DETAILS, status.SerializeToString()),))
    context.abort(code, reason)
    raise AssertionError  # abort raises; this line is for type checkers
