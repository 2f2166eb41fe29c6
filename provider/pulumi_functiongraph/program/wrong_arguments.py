"""Errors for arguments that a class does not have, with what may be meant and no traceback."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import pulumi

from pulumi_functiongraph.core.one_line import escaped
from pulumi_functiongraph.core.spelling import close_to
from pulumi_functiongraph.program.call_site import declared_at

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class WrongArguments(pulumi.RunError, TypeError):
    """A call that Python refuses, of which Pulumi shows the message alone."""


def with_known_arguments(
    call: Callable[_Parameters, _Result],
) -> Callable[_Parameters, _Result]:
    """Let a callable report what is wrong with its arguments, and where it was called.

    Raises:
        WrongArguments: by it, for an argument that it does not have, or lacks.
    """
    signature = inspect.signature(call)
    names = tuple(name for name in signature.parameters if name != "self")
    owner = call.__qualname__.partition(".")[0]

    @wraps(call)
    def checked(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            problems = [_no_argument(each, names) for each in kwargs if each not in names]
            allowed = ", ".join(names)
            what = f"{'; '.join(problems) or error} (its arguments: {allowed})"
            raise wrong_arguments(owner, what) from None
        return call(*args, **kwargs)

    return checked


def wrong_arguments(owner: str, what: str) -> WrongArguments:
    """What is wrong with a call, with the line that makes it."""
    return WrongArguments(f"{owner} at {declared_at(Path.cwd())}: {what}")


def _no_argument(name: str, names: tuple[str, ...]) -> str:
    close = close_to(name, names)
    return f"there is no argument {escaped(name)}{f', did you mean {close}?' if close else ''}"
