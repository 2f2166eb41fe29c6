"""Errors of this package reach the engine as their message, not as a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from pulumi_functiongraph.bridge.sdk_internals.error_details import replace_details
from pulumi_functiongraph.bridge.target_redaction import hide_names
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.property_names import in_snake

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def error_text_only(method: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Let a provider's method fail with the message of its error alone.

    An answer of a service in it is without the names in the targets of the method's bags, and
    properties are named as in a program.
    """

    @wraps(method)
    def wrapped(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return method(*args, **kwargs)
        except FunctionGraphError as error:
            hide_names(error, args)
            replace_details(in_snake(str(error)))
            # Other releases show the error itself.
            error.args = tuple(in_snake(a) if isinstance(a, str) else a for a in error.args)
            raise

    return wrapped
