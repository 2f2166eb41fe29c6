"""Arguments that a class does not have: told with what may be meant, and without a traceback."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import pulumi

from pulumi_functiongraph.core.spelling import close_to
from pulumi_functiongraph.program.call_site import declared_at

_Parameters = ParamSpec("_Parameters")


class WrongArguments(pulumi.RunError, TypeError):
    """A call that Python refuses, told by Pulumi as its message alone."""


def with_known_arguments(init: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """Let a constructor tell what is wrong with its arguments and where it was called.

    Raises:
        WrongArguments: by the constructor, for an argument that it does not have, or lacks.
    """
    signature = inspect.signature(init)
    names = tuple(signature.parameters)[1:]
    owner = init.__qualname__.partition(".")[0]

    @wraps(init)
    def checked(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            said = [_no_argument(each, names) for each in kwargs if each not in names]
            message = f"{owner} at {declared_at(Path.cwd())}: {'; '.join(said) or error}"
            allowed = ", ".join(names)
            raise WrongArguments(f"{message} (its arguments: {allowed})") from None
        init(*args, **kwargs)

    return checked


def _no_argument(name: str, names: tuple[str, ...]) -> str:
    close = close_to(name, names)
    return f"there is no argument {name}{f', did you mean {close}?' if close else ''}"
