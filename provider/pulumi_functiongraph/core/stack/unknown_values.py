"""Recognises unknown and secret values in the properties that a preview or an export writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import msgspec

from pulumi_functiongraph.core.properties import SECRET_MARK, UNKNOWN, Bag, BagValue

UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What an unknown value is written as; Pulumi SDK, ``plugin.UnknownStringValue``."""

SECRET_VALUE = "[secret]"  # noqa: S105 - what stands for a secret, none itself
"""What a secret value is written as in a preview."""


class Properties(msgspec.Struct, frozen=True):
    """A property bag as it was written.

    Attributes:
        bag: ``UNKNOWN`` where a value is unknown, or secret and not decrypted.
        secret: the paths of the values that are secret; of a raw target, whose ``param`` has all
            of its values, the path of the target.
    """

    bag: Bag
    secret: frozenset[str]


def read_properties(inputs: Mapping[str, BagValue], *, reveal: bool = False) -> Properties:
    """Read the inputs of a resource; what providers keep for themselves is left out.

    With `reveal`, secrets that were decrypted are taken for what they are.
    """
    secret: set[str] = set()
    bag = _plain(inputs, path="", secret=secret, reveal=reveal)
    return Properties(bag, frozenset(path.removesuffix(".param") for path in secret))


def decrypted_in(value: BagValue) -> Iterator[BagValue]:
    """The secrets in a value that were decrypted, at any depth."""
    if _is_secret(value):
        yield _decrypted(value)
    elif isinstance(value, Mapping):
        yield from (each for held in value.values() for each in decrypted_in(held))
    elif isinstance(value, list | tuple):
        yield from (each for held in value for each in decrypted_in(held))


def _plain(
    inputs: Mapping[str, BagValue], *, path: str, secret: set[str], reveal: bool
) -> dict[str, BagValue]:
    return {
        key: _value(held, path=f"{path}{key}", secret=secret, reveal=reveal)
        for key, held in inputs.items()
        if not key.startswith("__")
    }


def _value(value: BagValue, *, path: str, secret: set[str], reveal: bool) -> BagValue:
    if value == UNKNOWN_VALUE:
        return UNKNOWN
    if _is_secret(value):
        secret.add(path)
        plain = _decrypted(value) if reveal else UNKNOWN
        if plain is UNKNOWN:
            return UNKNOWN
        return _value(plain, path=path, secret=secret, reveal=reveal)
    if isinstance(value, Mapping):
        return _plain(value, path=f"{path}.", secret=secret, reveal=reveal)
    return value


def _is_secret(value: BagValue) -> bool:
    if isinstance(value, Mapping):
        key, mark = SECRET_MARK
        return value.get(key) == mark
    return value == SECRET_VALUE


def _decrypted(value: BagValue) -> BagValue:
    """The value of a secret of `pulumi stack export --show-secrets`, which is JSON in a text."""
    plaintext = value.get("plaintext") if isinstance(value, Mapping) else None
    if not isinstance(plaintext, str):
        return UNKNOWN
    try:
        plain: BagValue = json.loads(plaintext)
    except (ValueError, RecursionError):
        return UNKNOWN
    return plain
