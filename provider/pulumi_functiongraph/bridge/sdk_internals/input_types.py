"""Takes input types, such as the arguments of a resource, apart into their properties.

Why: the SDK publishes how such a class is declared, and no way to list what an instance holds.
Without it: a value that has attributes of its own, and is none of the SDK's other classes, is taken
for an instance; the SDK keeps the properties there.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.sdk_internals.lookup import find

_is_input_type = find("pulumi._types", "is_input_type")
_untranslated = find("pulumi._types", "input_type_to_untranslated_dict")

_OTHERS = (pulumi.Output, pulumi.Resource, pulumi.Asset, pulumi.Archive, Enum, type)


def properties_of(value: object) -> Mapping[str, Any] | None:
    """The properties of an instance of an input type by their Python names.

    Returns:
        ``None`` for any other value; an input type that is a mapping is read as one.
    """
    if isinstance(value, Mapping):
        return None
    if _is_input_type is None or _untranslated is None:
        return getattr(value, "__dict__", None) if not isinstance(value, _OTHERS) else None
    if not _is_input_type(type(value)):
        return None
    properties: Mapping[str, Any] = _untranslated(value)
    return properties
