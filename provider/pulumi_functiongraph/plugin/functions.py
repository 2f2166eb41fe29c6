"""The package's functions: what a program looks up without declaring it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.bridge.config_bags import BagForm, PropertyBag
from pulumi_functiongraph.bridge.function_lookup import look_up, no_config
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.names import DEFAULT_PACKAGE, LATEST, FunctionUrn
from pulumi_functiongraph.core.one_line import escaped
from pulumi_functiongraph.core.properties import Bag, BagValue
from pulumi_functiongraph.core.property_names import to_camel
from pulumi_functiongraph.core.type_tokens import GET_CONFIG, GET_FUNCTION


def get_function(account: Account, arguments: Bag) -> Bag:
    """Look a function up by its name.

    Raises:
        InvalidInput: the name is no function's, or there is no such function.
        CloudError: the cloud could not be asked.
    """
    _refuse_others(arguments, ("name", "package", "version"))
    name = _text(arguments, "name")
    package, version = _text(arguments, "package"), _text(arguments, "version")
    found = look_up(account, name, package=package or DEFAULT_PACKAGE, version=version or LATEST)
    return {_KEYS.get(key, key): value for key, value in asdict(found).items()}


def get_config(account: Account, arguments: Bag) -> Bag:
    """Read the config of a function version, whoever set it.

    Raises:
        InvalidInput: the name is no function's, or it has no config.
        CloudError: the cloud could not be asked.
    """
    _refuse_others(arguments, ("functionUrn",))
    settings = account.settings
    urn = FunctionUrn.parse(
        _text(arguments, "functionUrn"),
        region=settings.region,
        project_id=settings.project_id,
        path="functionUrn",
    )
    live = account.functiongraph.get_async_config(urn)
    if live is None:
        remedy = "declare one, or name another function"
        raise no_config(account, urn, path="functionUrn", remedy=remedy)
    return BagForm.of(PropertyBag({})).outputs(live)


FUNCTIONS: Mapping[str, Callable[[Account, Bag], Bag]] = {
    GET_FUNCTION: get_function,
    GET_CONFIG: get_config,
}
"""By their tokens."""

_KEYS = {"function_urn": to_camel("function_urn"), "project_id": "projectId"}


def _text(arguments: Bag, key: str) -> str:
    value: BagValue = arguments.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    raise InvalidInput([Problem(key, "is not a string", "")])


def _refuse_others(arguments: Bag, known: tuple[str, ...]) -> None:
    other = sorted(arguments.keys() - set(known))
    allowed = f"there are {', '.join(known)}"
    if other:
        raise InvalidInput(Problem(escaped(key), "is not an argument", allowed) for key in other)
