"""What else a program declares: the names among the properties of its other resources.

A bucket or an agency that the program creates is as a rule written out twice, once where it is
created and once where it is used. While it is missing, that is why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
from pulumi._types import input_type_to_untranslated_dict, is_input_type


def texts_in(properties: Mapping[str, Any]) -> frozenset[str]:
    """The texts that are known among properties, at any depth; Pulumi's own are left out."""
    return frozenset(_texts(properties))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, pulumi.Output | pulumi.Resource):
        return
    if isinstance(value, str):
        yield value
    elif is_input_type(type(value)) and not isinstance(value, Mapping):
        yield from _texts(input_type_to_untranslated_dict(value))
    elif isinstance(value, Mapping):
        for key, held in value.items():
            if not str(key).startswith("__"):
                yield from _texts(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _texts(held)
