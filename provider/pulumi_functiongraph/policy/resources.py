"""The resources of a stack validation, read so that nothing unknown ends a policy.

The engine answers an unknown value with an exception, and a policy that lets it pass is shown as
one advisory line, whatever its level: the preview then passes. So every value is read by itself.
A secret is not marked here, and its value is in clear (both seen with pulumi-policy 1.21). So the
reason of an intended cycle, the one text of a config that findings quote, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_policy import PolicyResource
from pulumi_policy.proxy import UnknownValueError

from pulumi_functiongraph.core.local_inputs import ALLOW_CYCLE
from pulumi_functiongraph.core.properties import BagValue
from pulumi_functiongraph.core.stack import DefaultProject
from pulumi_functiongraph.core.stack.documents import State
from pulumi_functiongraph.core.stack.unknown_values import UNKNOWN_VALUE
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES, NATIVE_CONFIG

_SET_BY_THE_SERVICE = frozenset({"createdTime", "lastModified"})
"""Outputs that are no inputs; a stack validation is given outputs."""

_IN_THE_PROGRAM = "the program says why"


def states_of(resources: Sequence[PolicyResource]) -> tuple[tuple[State, DefaultProject], ...]:
    """The configs among the resources, in order of their Pulumi URNs, with their account."""
    configs = [each for each in resources if each.resource_type in CONFIG_TYPES]
    return tuple(
        (state_of(each), account_of(each))
        for each in sorted(configs, key=lambda each: str(each.urn))
    )


def account_of(resource: PolicyResource) -> DefaultProject:
    """What completes short names: the settings, as the resource's provider has them."""
    if resource.provider is None:
        return DefaultProject()
    props = resource.provider.props
    # The dynamic provider is given the whole config, the plugin its own.
    namespace = "" if resource.resource_type == NATIVE_CONFIG else "functiongraph:"
    values = (_value(props, f"{namespace}{key}") for key in ("region", "projectId"))
    return DefaultProject(*(_text(value) for value in values))


def state_of(resource: PolicyResource) -> State:
    """The resource as a preview would have it."""
    behind = resource.property_dependencies.items()
    state = {
        "urn": resource.urn,
        "type": resource.resource_type,
        "inputs": {
            key: _without_reason(_value(resource.props, key))
            for key in resource.props
            if key not in _SET_BY_THE_SERVICE and not key.startswith("__")
        },
        "property_dependencies": {key: tuple(one.urn for one in urns) for key, urns in behind},
    }
    return State.model_validate(state, by_alias=False, by_name=True)


def _without_reason(value: BagValue) -> BagValue:
    """A target without the words of its reason; a reason that says nothing is a finding."""
    if not isinstance(value, Mapping):
        return value
    reason = value.get(ALLOW_CYCLE)
    is_said = isinstance(reason, str) and reason.strip() and reason != UNKNOWN_VALUE
    return {**value, ALLOW_CYCLE: _IN_THE_PROGRAM} if is_said else value


def _value(held: Mapping[str, BagValue] | Sequence[BagValue], key: str | int) -> BagValue:
    """A value with everything in it; the engine knows numbers with a fraction only."""
    try:
        value = held[key]  # type: ignore[index]  # each kind with its own keys
    except KeyError:
        return None
    except UnknownValueError:
        return UNKNOWN_VALUE
    if isinstance(value, Mapping):
        return {name: _value(value, name) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value(value, number) for number in range(len(value))]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _text(value: BagValue) -> str | None:
    return value if isinstance(value, str) and value != UNKNOWN_VALUE else None
