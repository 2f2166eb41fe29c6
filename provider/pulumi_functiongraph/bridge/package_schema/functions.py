"""The functions: what a program looks up without declaring it."""

from __future__ import annotations

from pulumi_functiongraph.bridge.package_schema.properties import Spec, fields_of
from pulumi_functiongraph.bridge.package_schema.resource import TIMES, live_properties
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.names import DEFAULT_PACKAGE, LATEST
from pulumi_functiongraph.core.type_tokens import GET_CONFIG, GET_FUNCTION

_NAMED_BY = {
    "name": "The function's name, or any form of its URN.",
    "package": "The function's package (the console calls it app), where the name says none. "
    f"{DEFAULT_PACKAGE} by default.",
    "version": f"A version, or ! and an alias, where the name says none. {LATEST} by default.",
}
_FUNCTION = {
    "functionUrn": "The canonical URN, with the version.",
    "region": "The region that the function is in.",
    "projectId": "The id of the project that the function is in.",
    "package": "The function's package.",
    "name": "The function's name.",
    "version": f"The name of the version, {LATEST} unless another one was asked for.",
    "runtime": "Such as Python3.9; empty where the cloud does not say.",
    "agency": "The configuration agency, empty where none is set.",
}


def functions() -> Spec:
    """The functions, by token."""
    return {GET_FUNCTION: _get_function(), GET_CONFIG: _get_config()}


def _get_function() -> Spec:
    return {
        "description": "Looks a function up by its name. Fails where there is none.",
        "inputs": {
            "type": "object",
            "properties": _texts(_NAMED_BY),
            "required": ["name"],
        },
        "outputs": {
            "type": "object",
            "properties": _texts(_FUNCTION),
            "required": list(_FUNCTION),
        },
    }


def _get_config() -> Spec:
    description = fields_of(Config)["functionUrn"]["description"]
    return {
        "description": "Reads the config of a version of a function, whoever set it. Fails where "
        "there is none.",
        "inputs": {
            "type": "object",
            "properties": _texts({"functionUrn": description}),
            "required": ["functionUrn"],
        },
        "outputs": {
            "type": "object",
            "properties": live_properties(),
            "required": [
                "functionUrn",
                "maxAsyncRetryAttempts",
                "maxAsyncEventAgeInSeconds",
                *TIMES,
            ],
        },
    }


def _texts(described: dict[str, str]) -> Spec:
    return {key: {"type": "string", "description": text} for key, text in described.items()}
