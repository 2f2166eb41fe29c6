"""Which properties of a config are secret, and whether a secret value moved to another key.

Pulumi's engine hands a dynamic provider plain values and marks what comes back by key. That is
enough for what a program declares, because the provider moves no value to another key. It is not
for what a person moved in the cloud, nor for a property that becomes a secret, nor for messages. So
the resource class lists the properties that have a secret, as far as its arguments show them; the
list travels with the bag, under a key that Pulumi shows nowhere and no cloud is sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.local_inputs import TARGETS
from pulumi_functiongraph.core.properties import Bag

SECRET_PROPERTIES = "__secretProperties"  # noqa: S105 - a key, no secret
"""The property of a bag that lists the names of its properties that have a secret."""

FUNCTION_IN_CLEAR = (
    "functionUrn is a secret, and cannot be kept as one: it is the resource's id, and so is in "
    "clear in the state and in messages."
)
"""What is said of a function's name that is a secret."""

_SHORTEST = 3
"""Characters; a shorter text is found in another one by chance."""

_DESTINATION = "destination"
"""The one text whose value a problem may show; see `Problem.what`."""

_NUMBER = re.compile(r"\d|NaN|infinity")
"""What a problem that shows a number has in its text."""


def secret_properties(properties: Bag) -> frozenset[str]:
    """The names of the properties that have a secret, at whichever depth.

    Args:
        properties: a bag as the engine has it, with the keys that Pulumi does not show.
    """
    names = properties.get(SECRET_PROPERTIES)
    return frozenset(map(str, names)) if isinstance(names, list) else frozenset()


def displaced(state: Bag, live: Bag, secret: Collection[str]) -> frozenset[str]:
    """The live targets that may show a secret, because they were changed behind Pulumi's back.

    Args:
        state: the bag that the engine has marked key by key, in the typed form.
        live: what the cloud holds now, in the typed form.
        secret: the names of the properties that have a secret.
    """
    found = {
        path
        for path in TARGETS
        if path in secret and path in live and not _keys(state, path) <= _keys(live, path)
    }
    texts = [each for path in TARGETS if path in secret for each in _texts(state, path)]
    for path in TARGETS if texts else ():
        known = dict(_texts(state, path))
        for key, text in _texts(live, path):
            others = [other for at, other in texts if at != key and len(other) >= _SHORTEST]
            if any(other in text and other not in known.get(key, "") for other in others):
                found.add(path)
        if "param" in _keys(live, path) and "param" not in _keys(state, path):
            found.add(path)  # a text of JSON, which may spell a name in several ways
    return frozenset(found)


def without_secret_value(problem: Problem, secret: Collection[str]) -> Problem:
    """The problem, without a value where that is secret."""
    head, last = problem.path.partition(".")[0], problem.path.rpartition(".")[2]
    if head not in secret or not (last == _DESTINATION or _NUMBER.search(problem.what)):
        return problem
    return replace(problem, what="is not allowed (not shown, it is secret)")


def _keys(bag: Bag, path: str) -> frozenset[str]:
    target = bag.get(path)
    given = target.items() if isinstance(target, Mapping) else ()
    return frozenset(key for key, value in given if value is not None)


def _texts(bag: Bag, path: str) -> Iterator[tuple[str, str]]:
    """The names in a target, by their paths."""
    target = bag.get(path)
    for key, value in target.items() if isinstance(target, Mapping) else ():
        if isinstance(value, str) and key != "destination":
            yield f"{path}.{key}", value
