"""A property bag: what Pulumi keeps in state, camelCase keys at every depth, plain values.

A value that Pulumi learns only while it applies is ``UNKNOWN``, at any depth.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias


class Unknown(Enum):
    """The type of ``UNKNOWN``, so that type checkers can tell it apart."""

    UNKNOWN = "unknown until apply"

    def __str__(self) -> str:
        """What a person is shown in its place."""
        return self.value


UNKNOWN: Final = Unknown.UNKNOWN
"""Stands for a value that is known only at apply."""

SECRET_MARK = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")
"""The key and its value that mark an object as a secret, on the wire and in state; Pulumi SDK,
``resource.SigKey``, ``SecretSig``."""

BagValue: TypeAlias = object
Bag: TypeAlias = Mapping[str, BagValue]

ADOPT = "adopt"
"""The input that says: take over a config that is already there. Kept in state, never sent."""


def is_within(path: str, paths: Collection[str]) -> bool:
    """Whether a path is one of some paths, or leads to a part of what is there.

    In those, ``*`` stands for any one property, as in Pulumi's ``ignoreChanges``.
    """
    parts = path.split(".")
    return any(_leads_to(each.split("."), parts) for each in paths)


def _leads_to(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    pairs = zip(pattern, parts, strict=False)
    return len(pattern) <= len(parts) and all(wanted in {"*", part} for wanted, part in pairs)


def texts_in(value: BagValue, *, but_for: Callable[[str], bool]) -> Iterator[str]:
    """The texts that are known, at any depth; values of some keys are left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not but_for(str(key)):
                yield from texts_in(inner, but_for=but_for)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner, but_for=but_for)


def at(bag: Bag, path: str) -> BagValue:
    """The value at a path, ``None`` for none."""
    head, _, rest = path.partition(".")
    value = bag.get(head)
    return at(value, rest) if rest and isinstance(value, Mapping) else value
