"""Look a function up by its name, so that a program needs no URN by hand."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

import pulumi
from pulumi.runtime import MockCallArgs

from pulumi_functiongraph.bridge.function_lookup import (
    GetFunctionResult,
    look_up,
    named,
    result_of,
    version_of,
)
from pulumi_functiongraph.bridge.sdk_internals.mocks import answer_of_mocks, is_mocked
from pulumi_functiongraph.core.errors import FunctionGraphError, InvalidInput, Problem
from pulumi_functiongraph.core.names import DEFAULT_PACKAGE, LATEST
from pulumi_functiongraph.core.type_tokens import GET_FUNCTION
from pulumi_functiongraph.program.account import of_program
from pulumi_functiongraph.program.wrong_arguments import with_known_arguments


@with_known_arguments
def get_function(
    name: str, *, package: str = DEFAULT_PACKAGE, version: str = LATEST
) -> GetFunctionResult:
    """Look a function up, with one request, while the program runs.

    Args:
        name: the function's name, or any form of a function URN, such as ``package/name:version``.
        package: its package (the console calls it app), where the name says none.
        version: a version, or ``!`` and an alias, where the name says none.

    Under ``pulumi.runtime.set_mocks`` no request is sent: ``Mocks.call`` is asked for
    ``functiongraph:index:getFunction`` and may return any of the result's fields.

    Raises:
        pulumi.RunError: there is no such function, or the cloud could not be asked.
    """
    try:
        if is_mocked():
            return _mocked(name, package=package, version=version)
        return look_up(of_program(), name, package=package, version=version)
    except FunctionGraphError as error:
        raise pulumi.RunError(f"get_function({name!r}): {error}") from error


@with_known_arguments
def get_function_output(
    name: pulumi.Input[str],
    *,
    package: pulumi.Input[str] = DEFAULT_PACKAGE,
    version: pulumi.Input[str] = LATEST,
) -> pulumi.Output[GetFunctionResult]:
    """`get_function` for names that are Outputs; a request is sent when they are known.

    Args:
        name: the function's name, or any form of a function URN, such as ``package/name:version``.
        package: its package, where the name says none.
        version: a version, or ``!`` and an alias, where the name says none.
    """

    def found_as(names: dict[str, Any]) -> GetFunctionResult:
        return get_function(names["name"], package=names["package"], version=names["version"])

    names: pulumi.Output[dict[str, Any]] = pulumi.Output.all(
        name=name, package=package, version=version
    )
    found = names.apply(found_as)
    _LOOKED_UP.add(found)
    return found


def is_looked_up(value: object) -> bool:
    """Whether a value is the Output of `get_function_output`, and so no name of a function yet."""
    return isinstance(value, pulumi.Output) and value in _LOOKED_UP


def _mocked(name: str, *, package: str, version: str) -> GetFunctionResult:
    settings = of_program().settings
    place = {"region": settings.region or "mock", "project_id": settings.project_id or "mock"}
    urn = named(name, package, version, **place)
    arguments = {"name": urn.name, "package": urn.package, "version": version_of(urn)}
    answer = answer_of_mocks(MockCallArgs(GET_FUNCTION, arguments, ""))
    # As the SDK has it: mocks return the fields, or the fields and a list of (path, reason).
    fields, failures = answer if isinstance(answer, tuple) else (answer, None)
    if failures:
        raise InvalidInput(Problem(path, reason, "") for path, reason in failures)
    given = {key: value for key, value in dict(fields or {}).items() if key in _FIELDS}
    return result_of(urn, **given)


_LOOKED_UP: WeakSet[pulumi.Output[GetFunctionResult]] = WeakSet()
_FIELDS = frozenset(GetFunctionResult.__slots__)
