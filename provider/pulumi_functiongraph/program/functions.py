"""Look a function up by its name, so that a program needs no URN by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import pulumi
from pulumi.runtime import MockCallArgs

from pulumi_functiongraph.bridge.clients import Account, of_program
from pulumi_functiongraph.bridge.sdk_internals.mocks import answer_of_mocks, is_mocked
from pulumi_functiongraph.core.errors import FunctionGraphError, InvalidInput, Problem
from pulumi_functiongraph.core.names import DEFAULT_PACKAGE, LATEST, FunctionUrn, other_reading
from pulumi_functiongraph.program.wrong_arguments import with_known_arguments

_TOKEN = "functiongraph:index:getFunction"  # noqa: S105 - Pulumi's word for the name of a call


@dataclass(frozen=True, slots=True)
class GetFunctionResult:
    """A function as the cloud knows it.

    Attributes:
        function_urn: the canonical URN of eight fields.
        region: region id.
        project_id: the project that the function is in.
        package: the function's package (app).
        name: the function's name.
        version: version name, ``latest`` unless another one was asked for.
        runtime: such as ``Python3.9``, empty where the cloud does not say.
        agency: the configuration agency (``xrole``), empty where none is set.
    """

    function_urn: str
    region: str
    project_id: str
    package: str
    name: str
    version: str
    runtime: str = ""
    agency: str = ""


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
        return _looked_up(of_program(), name, package=package, version=version)
    except FunctionGraphError as error:
        raise pulumi.RunError(f"get_function({name!r}): {error}") from error


@with_known_arguments
def get_function_output(
    name: pulumi.Input[str],
    *,
    package: pulumi.Input[str] = DEFAULT_PACKAGE,
    version: pulumi.Input[str] = LATEST,
) -> pulumi.Output[GetFunctionResult]:
    """`get_function` for names that are Outputs; a request is sent when they are known."""

    def look_up(names: dict[str, Any]) -> GetFunctionResult:
        return get_function(names["name"], package=names["package"], version=names["version"])

    names: pulumi.Output[dict[str, Any]] = pulumi.Output.all(
        name=name, package=package, version=version
    )
    found = names.apply(look_up)
    _LOOKED_UP.add(found)
    return found


def is_looked_up(value: object) -> bool:
    """Whether a value is the Output of `get_function_output`, and so no name of a function yet."""
    return isinstance(value, pulumi.Output) and value in _LOOKED_UP


def _urn(account: Account, name: str, *, package: str, version: str) -> FunctionUrn:
    region, project_id = account.settings.region, account.settings.project_id
    if not str(name).startswith("urn:fss:") and not (region and project_id):
        missing = "region" if not region else "projectId"
        problem = Problem(
            "name",
            f"no {missing} is set to look a function up in",
            "",
            f"pulumi config set functiongraph:{missing} <value>",
        )
        raise InvalidInput([problem])
    return _named(name, package, version, region=region, project_id=project_id)


def _named(
    name: object, package: str, version: str, *, region: str | None, project_id: str | None
) -> FunctionUrn:
    """The function of a name alone with its package and version, or of a name that says them.

    Raises:
        InvalidInput: the name is no function's, or says other things than package or version do.
    """
    if not isinstance(name, str) or not name:
        what = "is empty" if name == "" else "is not a string"
        allowed = "expected the name of a function, or any form of its URN"
        raise InvalidInput([Problem("name", what, allowed)])
    if not {":", "/"} & set(name):
        name = f"urn:fss:{region}:{project_id}:function:{package}:{name}:{version}"
        return FunctionUrn.parse(name, path="name")
    urn = FunctionUrn.parse(name, region=region, project_id=project_id, path="name")
    given = {"package": (package, DEFAULT_PACKAGE), "version": (version, LATEST)}
    twice = [key for key, (value, default) in given.items() if value != default]
    if twice:
        remedy = "write either the function's bare name and those, or this form alone"
        what = f"says package and version itself, and {' and '.join(twice)} is given as well"
        raise InvalidInput([Problem("name", what, "", remedy)])
    return urn


def _looked_up(account: Account, name: str, *, package: str, version: str) -> GetFunctionResult:
    urn = _urn(account, name, package=package, version=version)
    facts = account.functiongraph.get_function(urn)
    if facts is None:
        remedy = "check name, package, region and project, or create the function first"
        meant = "" if name == urn.name or name.startswith("urn:") else other_reading(urn)
        what = f"there is no function {urn}"
        raise InvalidInput([Problem("name", what, meant, remedy)])
    return _result(urn, runtime=facts.runtime or "", agency=facts.xrole or "")


def _mocked(name: str, *, package: str, version: str) -> GetFunctionResult:
    settings = of_program().settings
    place = {"region": settings.region or "mock", "project_id": settings.project_id or "mock"}
    urn = _named(name, package, version, **place)
    arguments = {"name": urn.name, "package": urn.package, "version": _version(urn)}
    answer = answer_of_mocks(MockCallArgs(_TOKEN, arguments, ""))
    # As the SDK has it: mocks return the fields, or the fields and a list of (path, reason).
    fields, failures = answer if isinstance(answer, tuple) else (answer, None)
    if failures:
        raise InvalidInput(Problem(path, reason, "") for path, reason in failures)
    given = {key: value for key, value in dict(fields or {}).items() if key in _FIELDS}
    return _result(urn, **given)


def _result(urn: FunctionUrn, **more: str) -> GetFunctionResult:
    fields = {
        "function_urn": str(urn),
        "region": urn.region,
        "project_id": urn.project_id,
        "package": urn.package,
        "name": urn.name,
        "version": _version(urn),
    }
    return GetFunctionResult(**{**fields, **more})


def _version(urn: FunctionUrn) -> str:
    return f"!{urn.version}" if urn.is_alias else urn.version


_LOOKED_UP: WeakSet[pulumi.Output[GetFunctionResult]] = WeakSet()
_FIELDS = frozenset(GetFunctionResult.__slots__)
