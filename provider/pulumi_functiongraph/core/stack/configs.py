"""The configs of a stack: which resources they are, and what is known of each."""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.core.declaration import Declaration, read_declaration
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import BagValue
from pulumi_functiongraph.core.pulumi_urns import name_in, type_in
from pulumi_functiongraph.core.stack.documents import State
from pulumi_functiongraph.core.stack.places import declared_at
from pulumi_functiongraph.core.stack.unknown_values import Properties, read_properties
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES, VALUE_MAKERS


class StackConfig(msgspec.Struct, frozen=True):
    """One config of a stack.

    Attributes:
        urn: the resource's Pulumi URN.
        declaration: its name, its judged property bag, and where it is declared.
        behind: by the path of a name, the Pulumi URN of the one resource behind it.
        secret: the paths of values that are secret; they count as unknown unless revealed.
        is_removed: whether it is live still, and deleted by the update that is previewed.
        id: the function URN that the provider names it by, empty before it is created.
    """

    urn: str
    declaration: Declaration
    behind: dict[str, str]
    secret: frozenset[str]
    is_removed: bool = False
    id: str = ""


class DefaultProject(msgspec.Struct, frozen=True):
    """What completes short names; ``None`` where it is unknown."""

    region: str | None = None
    project_id: str | None = None


def is_config(state: State) -> bool:
    """Whether a resource is a config."""
    return state.type in CONFIG_TYPES


def read_config(
    state: State, *, account: DefaultProject, is_removed: bool = False, reveal: bool = False
) -> StackConfig:
    """Judge the inputs of a config and find out what is behind its unknown values.

    Args:
        state: the resource.
        account: completes short names.
        is_removed: whether it is deleted by the update that is previewed.
        reveal: take secrets that were decrypted for what they are; they stay in ``secret``.
    """
    properties = read_properties(state.inputs, reveal=reveal)
    behind = _behind(state, properties)
    return StackConfig(
        urn=state.urn,
        declaration=read_declaration(
            name_in(state.urn),
            properties.bag,
            where=declared_at(state),
            behind=behind,
            region=account.region,
            project_id=account.project_id,
        ),
        behind=behind,
        secret=properties.secret,
        is_removed=is_removed,
        id=state.id,
    )


def function_of(config: StackConfig) -> FunctionUrn | None:
    """The function version of a config; where its name is a secret input, the id names it."""
    try:
        return config.declaration.examined.known_source or FunctionUrn.parse(config.id)
    except InvalidInput:
        return None


def _behind(state: State, properties: Properties) -> dict[str, str]:
    """By the path of a value, the one resource that it depends on; none where there are several.

    Pulumi tells dependencies by input, so for every value of a target they are the same.
    """
    found = {}
    for key, urns in state.property_dependencies.items():
        named = sorted(set(urns or ()))
        if len(named) == 1 and not type_in(named[0]).startswith(VALUE_MAKERS):
            found.update(dict.fromkeys(_paths(key, properties.bag.get(key)), named[0]))
    return found


def _paths(key: str, value: BagValue) -> list[str]:
    return [f"{key}.{field}" for field in value] if isinstance(value, dict) else [key]
