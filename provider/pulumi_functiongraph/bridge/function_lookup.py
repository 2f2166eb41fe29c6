"""Looks a function up by its name: what a program's ``get_function`` and the plugin do alike."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.errors import CloudError, InvalidInput, Problem
from pulumi_functiongraph.core.names import DEFAULT_PACKAGE, LATEST, FunctionUrn, other_reading

_CREATE_FIRST = "check name, package, region and project, or create the function first"


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


def look_up(account: Account, name: str, *, package: str, version: str) -> GetFunctionResult:
    """Look a function up, with one request.

    Args:
        account: whose cloud is asked; its region and project complete a name.
        name: the function's name, or any form of a function URN.
        package: its package, where the name says none.
        version: a version, or ``!`` and an alias, where the name says none.

    Raises:
        InvalidInput: the name is no function's, or there is no such function.
        SettingsError: the settings do not say where, or as whom, to ask.
        CloudError: the cloud could not be asked.
    """
    urn = _urn(account, name, package=package, version=version)
    facts = account.functiongraph.get_function(urn)
    if facts is None:
        meant = "" if name == urn.name or name.startswith("urn:") else other_reading(urn)
        what = f"there is no function {urn}"
        raise InvalidInput([Problem("name", what, meant, _CREATE_FIRST)])
    return result_of(urn, runtime=facts.runtime or "", agency=facts.xrole or "")


def no_config(account: Account, urn: FunctionUrn, *, path: str, remedy: str) -> InvalidInput:
    """Why a config is not to be had: the function has none, or there is no such function.

    Args:
        account: whose cloud is asked about the function.
        urn: whose config it is.
        path: the property that names the function.
        remedy: what to do where there is the function, or nobody may say so.
    """
    what = f"there is no async notification config of {urn}"
    with suppress(CloudError):
        if account.functiongraph.get_function(urn) is None:
            what, remedy = f"there is no function {urn}", _CREATE_FIRST
    return InvalidInput([Problem(path, what, "", remedy)])


def result_of(urn: FunctionUrn, **more: str) -> GetFunctionResult:
    """What is known of a function by its URN alone, and more."""
    fields = {
        "function_urn": str(urn),
        "region": urn.region,
        "project_id": urn.project_id,
        "package": urn.package,
        "name": urn.name,
        "version": version_of(urn),
    }
    return GetFunctionResult(**{**fields, **more})


def version_of(urn: FunctionUrn) -> str:
    """The version as it is asked for: an alias behind ``!``."""
    return f"!{urn.version}" if urn.is_alias else urn.version


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
    return named(name, package, version, region=region, project_id=project_id)


def named(
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
