"""The protocol's structs ↔ property bags: unknown values, whole numbers, secrets by their paths."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

import msgspec
from google.protobuf.struct_pb2 import Struct, Value

from pulumi_functiongraph.bridge.config_bags import PropertyBag
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.properties import SECRET_MARK, UNKNOWN, Bag, BagValue

Path: TypeAlias = tuple[str, ...]

_SIGNATURE, _SECRET_MARK = SECRET_MARK
_OUTPUT_MARK = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN_TEXTS = {
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # a string, and what stands for any value
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a flag
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
    "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
    "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
}
"""Pulumi SDK, ``sdk/go/common/resource/plugin/rpc.go``: one for each kind of value."""

DEEPEST = 64
"""Levels of a bag, as of a cloud's answer; no property of this package has more than two."""

_UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class MarkedProperties(msgspec.Struct, frozen=True):
    """A bag of the engine.

    Attributes:
        bag: plain values, without Pulumi's own keys.
        secrets: the paths of the values that are secret.
    """

    bag: Bag
    secrets: frozenset[Path]

    @property
    def properties(self) -> PropertyBag:
        """The bag with the names of the properties that have a secret."""
        return PropertyBag(self.bag, frozenset(path[0] for path in self.secrets))


def read(struct: Struct) -> MarkedProperties:
    """Read a bag of the engine.

    Raises:
        InvalidInput: a property is nested deeper than `DEEPEST`.
    """
    secrets: set[Path] = set()
    bag = {
        key: _read(value, (key,), secrets)
        for key, value in struct.fields.items()
        if not key.startswith("__")
    }
    return MarkedProperties(bag, frozenset(secrets))


def _read(value: Value, path: Path, secrets: set[Path], depth: int = 1) -> BagValue:
    if depth > DEEPEST:
        allowed = f"allowed: at most {DEEPEST} levels"
        raise InvalidInput([Problem(path[0], "is nested too deep", allowed)])
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in _UNKNOWN_TEXTS else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "struct_value":
        return _read_object(value.struct_value, path, secrets, depth + 1)
    if kind == "list_value":
        return [_read(each, path, secrets, depth + 1) for each in value.list_value.values]
    return None


def _read_object(struct: Struct, path: Path, secrets: set[Path], depth: int) -> BagValue:
    fields = struct.fields
    mark = fields[_SIGNATURE].string_value if _SIGNATURE in fields else ""
    if mark == _SECRET_MARK:
        secrets.add(path)
        return _read(fields["value"], path, secrets, depth)
    if mark == _OUTPUT_MARK:
        if "secret" in fields and fields["secret"].bool_value:
            secrets.add(path)
        return _read(fields["value"], path, secrets, depth) if "value" in fields else UNKNOWN
    return {key: _read(each, (*path, key), secrets, depth) for key, each in fields.items()}


def write(bag: Bag, secrets: Collection[Path] = ()) -> Struct:
    """Write a bag for the engine.

    Args:
        bag: plain values; ``None`` is left out.
        secrets: the paths of the values that are secret. A target in which such a value is not at
            its path any more is a secret as a whole.
    """
    struct = Struct()
    struct.update(
        {
            key: _write(value, (key,), frozenset(secrets))
            for key, value in bag.items()
            if value is not None
        }
    )
    return struct


def _write(value: BagValue, path: Path, secrets: frozenset[Path]) -> Any:
    within = {each[len(path) :] for each in secrets if each[: len(path)] == path}
    if any(not _is_at(value, each) for each in within):
        return _secret(_write(value, path, frozenset()))
    if value is UNKNOWN:
        return _UNKNOWN_TEXT
    if isinstance(value, list | tuple):
        return [_write(each, path, frozenset()) for each in value]
    if not isinstance(value, Mapping):
        return value
    given = value.items()
    return {key: _write(each, (*path, key), secrets) for key, each in given if each is not None}


def _is_at(value: BagValue, rest: Path) -> bool:
    """Whether a path leads on to a part of a value, which can be marked by itself."""
    return bool(rest) and isinstance(value, Mapping) and value.get(rest[0]) is not None


def _secret(value: Any) -> dict[str, Any]:
    return {_SIGNATURE: _SECRET_MARK, "value": value}
