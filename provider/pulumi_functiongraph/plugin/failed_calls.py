"""Calls that fail: a text for a person, and the state that the engine is to keep."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, NoReturn, Protocol, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from pulumi_functiongraph.bridge.target_redaction import hide_names, without_names
from pulumi_functiongraph.core.errors import FunctionGraphError, InvalidInput
from pulumi_functiongraph.core.one_line import on_one_line
from pulumi_functiongraph.plugin import structs


class HasSettings(Protocol):
    """A provider, which knows how its user sets its settings."""

    def worded(self, text: str) -> str:
        """A text about settings, as its user sets them."""


_Provider = TypeVar("_Provider", bound=HasSettings)
_Answer = TypeVar("_Answer")
_EngineCall = Callable[[_Provider, Any, grpc.ServicerContext], _Answer]

_DETAILS = "grpc-status-details-bin"
_BAGS = ("properties", "inputs", "olds", "news")
_LONGEST = 300
"""Characters of a mistake's own text; the rest is for whoever runs it again."""


class InvalidCall(Exception):
    """A call that the engine does not make of this package."""


class NotConfigured(Exception):
    """A call before the provider has its configuration."""


class PartialFailure(Exception):
    """A call that failed half-way: the engine keeps what is live now, and tries again next time.

    Args:
        id_: the resource's id.
        outputs: what is live.
        inputs: the same as a program would declare it.
        cause: why it failed.
    """

    def __init__(
        self, id_: str, outputs: Struct, inputs: Struct, *, cause: FunctionGraphError
    ) -> None:
        super().__init__(str(cause))
        self.id = id_
        self.outputs = outputs
        self.inputs = inputs
        self.cause = cause


def error_text_only(method: _EngineCall[_Provider, _Answer]) -> _EngineCall[_Provider, _Answer]:
    """Let a call fail with a text for a person, without the names in the bags of the call."""

    @wraps(method)
    def wrapped(self: _Provider, request: Any, context: grpc.ServicerContext) -> _Answer:
        try:
            answer = method(self, request, context)
        except FunctionGraphError as error:
            hide_names(error, _bags_of(request))
            _abort(context, grpc.StatusCode.UNKNOWN, self.worded(str(error)))
        except PartialFailure as error:
            hide_names(error.cause, _bags_of(request))
            _abort_with_state(context, error, self.worded(str(error.cause)))
        except InvalidCall as error:
            _abort(context, grpc.StatusCode.INVALID_ARGUMENT, self.worded(str(error)))
        except NotConfigured as error:
            _abort(context, grpc.StatusCode.FAILED_PRECONDITION, str(error))
        except Exception as error:  # noqa: BLE001 - a traceback may show secrets, and helps no user
            text = _mistake(method.__name__, error, _bags_of(request))
            _abort(context, grpc.StatusCode.INTERNAL, text)
        for failure in getattr(answer, "failures", ()):
            failure.reason = self.worded(failure.reason)
        return answer

    return wrapped


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, text: str) -> NoReturn:
    context.abort(code, text)
    raise AssertionError  # abort raises; this line is for type checkers


def _abort_with_state(
    context: grpc.ServicerContext, failure: PartialFailure, reason: str
) -> NoReturn:
    failed = provider_pb2.ErrorResourceInitFailed(
        id=failure.id, properties=failure.outputs, inputs=failure.inputs, reasons=[reason]
    )
    detail = PackedMessage()
    detail.Pack(failed)
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=reason, details=[detail])
    context.set_trailing_metadata(((_DETAILS, status.SerializeToString()),))
    _abort(context, code, reason)


def _bags_of(request: Any) -> list[object]:
    """The resource's id, and its bags, of a call; one that is nested too deep names nothing."""
    bags: list[object] = [getattr(request, "id", "")]
    for each in (getattr(request, name, None) for name in _BAGS):
        if hasattr(each, "fields"):
            with suppress(InvalidInput):
                bags.append(dict(structs.read(each).bag))
    return bags


def _mistake(call: str, error: Exception, bags: list[object]) -> str:
    """The message on an error that is a mistake of this package."""
    told = on_one_line(without_names(str(error), bags))[:_LONGEST]
    return (
        f"{call} failed because of a mistake in pulumi-functiongraph, please report it: "
        f"{type(error).__name__}: {told}"
    )
