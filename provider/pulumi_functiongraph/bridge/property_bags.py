"""Turns Pulumi's property bags into the core's and back, with unknowns, floats and secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from inspect import isawaitable
from typing import Any, TypeAlias

import pulumi

from pulumi_functiongraph.bridge.sdk_internals.input_types import properties_of
from pulumi_functiongraph.bridge.sdk_internals.secret_values import as_secret
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.property_names import to_camel

KnownValue: TypeAlias = Callable[[pulumi.Output[Any], BagValue], BagValue]

_PULUMI_UNKNOWN = type(pulumi.UNKNOWN)


def from_engine(properties: Mapping[str, Any]) -> dict[str, BagValue]:
    """A bag as the engine hands it to a provider, without Pulumi's own ``__`` keys."""
    return {
        key: _from_engine(value) for key, value in properties.items() if not key.startswith("__")
    }


def to_engine(bag: Bag, *, secret: Collection[str] = ()) -> dict[str, Any]:
    """A bag as a provider hands it to the engine.

    Args:
        bag: plain values.
        secret: the keys whose values the engine is to keep as secrets, whatever is in them.
    """
    values = {key: _to_engine(value) for key, value in bag.items()}
    return {key: as_secret(value) if key in secret else value for key, value in values.items()}


def from_program(
    arguments: Mapping[str, Any], *, known: KnownValue = lambda _output, unknown: unknown
) -> dict[str, BagValue]:
    """A bag of what a program passes: Outputs are ``UNKNOWN``, keys as in state.

    Args:
        arguments: snake_case keys; values are literals, Outputs, input types or mappings.
        known: gives the value of an Output, or what it is given for one that is unknown.
    """
    return {to_camel(key): _from_program(value, known) for key, value in arguments.items()}


def outputs_in(arguments: Mapping[str, Any], *, under: str = "") -> dict[str, pulumi.Output[Any]]:
    """The Outputs that a program passes, by their property paths in the spelling of state."""
    found: dict[str, pulumi.Output[Any]] = {}
    for key, value in arguments.items():
        if value is None or isinstance(value, str | int):  # nearly all are
            continue
        path = f"{under}{to_camel(key)}"
        if isinstance(value, pulumi.Output):
            found[path] = value
        elif isinstance(value, Mapping):
            found.update(outputs_in(value, under=f"{path}."))
        elif (properties := properties_of(value)) is not None:
            found.update(outputs_in(properties, under=f"{path}."))
    return found


def _from_engine(value: Any) -> BagValue:
    if isinstance(value, _PULUMI_UNKNOWN | pulumi.Output):
        return UNKNOWN  # a hook is given secrets as Outputs; they are not looked into
    if isinstance(value, Mapping):
        return from_engine(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _to_engine(value: BagValue) -> Any:
    if value is UNKNOWN:
        return pulumi.UNKNOWN
    if isinstance(value, Mapping):
        return to_engine(value)
    return value


def _from_program(value: Any, known: KnownValue) -> BagValue:
    if value is None or isinstance(value, str | int):  # nearly all are, and the rest takes longer
        return value
    if isinstance(value, pulumi.Output):
        return known(value, UNKNOWN)
    if isawaitable(value):
        return UNKNOWN
    properties = value if isinstance(value, Mapping) else properties_of(value)
    if properties is not None:
        return from_program(properties, known=known)
    if isinstance(value, list | tuple):
        return [_from_program(each, known) for each in value]
    return value
