"""Errors of this package reach the engine as their message, not as a traceback.

Later releases of Pulumi's SDK answer a failed call of a dynamic provider with
``context.abort(UNKNOWN, traceback.format_exc())``. There is no way for a provider to say which text
it wants, so for our own errors, whose message is written for a person, the call's context is told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.dynamic.target_redaction import hide_names

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def plainly(method: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Let a provider's method fail with the message of its error alone.

    What a service said in it is without the names in the targets of the method's bags, and
    properties are named as in a program.
    """

    @wraps(method)
    def told(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return method(*args, **kwargs)
        except FunctionGraphError as error:
            hide_names(error, args)
            _tell(_context(), in_snake(str(error)))
            # Other releases show the error itself.
            error.args = tuple(in_snake(a) if isinstance(a, str) else a for a in error.args)
            raise

    return told


def _context() -> Any:
    """The gRPC context of the call that is under way, ``None`` where there is none."""
    frame = sys._getframe(2)  # noqa: SLF001 - the SDK hands its context to nobody
    while frame is not None:
        context = frame.f_locals.get("context")
        if callable(getattr(context, "abort", None)):
            return context
        frame = frame.f_back  # type: ignore[assignment]
    return None


def _tell(context: Any, message: str) -> None:
    if context is None:
        return
    abort = context.abort

    def abort_with_message(code: object, _details: str) -> NoReturn:
        abort(code, message)
        raise AssertionError  # abort raises; this line is for type checkers

    context.abort = abort_with_message
