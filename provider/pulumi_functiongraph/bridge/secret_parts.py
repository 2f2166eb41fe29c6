"""Finds the declared properties that have a secret in them, at whichever depth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pulumi

from pulumi_functiongraph.bridge.property_bags import outputs_in
from pulumi_functiongraph.bridge.sdk_internals.input_types import properties_of
from pulumi_functiongraph.core.property_names import in_snake, to_camel
from pulumi_functiongraph.core.secrecy import FUNCTION_IN_CLEAR, SECRET_PROPERTIES

_PUBLIC = "function_urn"
_IN_CLEAR = (
    f"{in_snake(FUNCTION_IN_CLEAR)} Pass pulumi.Output.unsecret(…) to say that it may be known."
)


def with_secrets_named(
    declared: Mapping[str, Any], *, of: pulumi.Resource
) -> dict[str, pulumi.Output[Any]]:
    """The property that tells a provider which of the declared ones have a secret.

    Args:
        declared: snake_case keys; values are literals, Outputs, input types or mappings.
        of: the resource, which a warning about its function is shown with.

    Returns:
        Nothing where nothing is an Output, since only Outputs are secret.
    """
    if not outputs_in(declared):
        return {}
    return {SECRET_PROPERTIES: pulumi.Output.from_input(_secret_in(declared, of))}


def warn_of_secret_function(declared: Mapping[str, Any], *, of: pulumi.Resource) -> None:
    """Warn where the function's name is a secret, once that is known.

    Args:
        declared: snake_case keys.
        of: the resource, which the warning is shown with.
    """
    function = declared.get(_PUBLIC)
    if isinstance(function, pulumi.Output):
        pulumi.Output.from_input(cast("pulumi.Input[bool]", _is_warned_of(function, of)))


async def _secret_in(declared: Mapping[str, Any], of: pulumi.Resource) -> list[str] | None:
    secret = sorted([to_camel(key) for key, value in declared.items() if await _has_secret(value)])
    if to_camel(_PUBLIC) in secret:
        pulumi.log.warn(_IN_CLEAR, of)
    return secret or None


async def _is_warned_of(function: pulumi.Output[Any], of: pulumi.Resource) -> bool:
    """Whether there was a warning; a task that Pulumi waits for needs a value."""
    is_secret = await _has_secret(function)
    if is_secret:
        pulumi.log.warn(_IN_CLEAR, of)
    return is_secret


async def _has_secret(value: Any) -> bool:
    if isinstance(value, pulumi.Output):
        try:
            return await value.is_secret() or await _has_secret(await value.future())
        except Exception:  # noqa: BLE001 - whoever made the Output; its registration says so
            return False
    properties = value if isinstance(value, Mapping) else properties_of(value)
    return any([await _has_secret(inner) for inner in (properties or {}).values()])
