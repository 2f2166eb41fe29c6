"""The names in targets, which may be secret; a service may repeat any part of one.

A topic is also called by the last field of its URN, a function by its name or ``package:name``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.param import parsed

_SHORTEST_NAME = 3
"""Characters; hiding a shorter text would garble every message."""

_TOPIC = "urn:smn:"


def names_in(target: object) -> frozenset[str]:
    """The texts of a target, and what else a message may call the things that they name.

    Args:
        target: as it is sent or as it is in state, a ``param`` also as text of JSON.
    """
    if isinstance(target, Mapping):
        target = {key: value for key, value in target.items() if key != "destination"}
    found = {name for text in _texts(target) for name in (text, *_short_names(text))}
    return frozenset(name for name in found if len(name) >= _SHORTEST_NAME)


def names_of(function_urn: str) -> frozenset[str]:
    """What a function itself is called, in the forms with and without its version."""
    return frozenset((function_urn, *_short_names(function_urn)))


def _texts(value: object) -> Iterator[str]:
    """The texts in a value, however deep it is nested."""
    left = [value]
    while left:
        found = left.pop()
        if isinstance(found, str):
            yield found
            left.append(parsed(found) if found.lstrip()[:1] in {"{", "[", '"'} else None)
        elif isinstance(found, Mapping):
            left.extend(found.values())
        elif isinstance(found, list):
            left.extend(found)


def _short_names(text: str) -> Iterator[str]:
    if text.startswith(_TOPIC):
        yield text.rpartition(":")[2]
        return
    try:
        urn = FunctionUrn.parse(text, region="any", project_id="any")
    except InvalidInput:
        return
    yield from (urn.name, f"{urn.package}:{urn.name}")
    if text.startswith("urn:"):
        yield urn.function
