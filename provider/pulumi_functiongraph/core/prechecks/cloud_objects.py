"""Objects in a cloud that an answer is about: who makes or changes one may change the answer."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ObjectKind(StrEnum):
    """What kind of object it is."""

    FUNCTION = "function"
    AGENCY = "agency"
    GRANT = "grant"
    BUCKET = "bucket"
    TOPIC = "topic"
    STREAM = "stream"


class CloudObject(msgspec.Struct, frozen=True):
    """Something in a cloud, by the names that it goes by."""

    kind: ObjectKind
    names: tuple[str, ...]


def function(name: str) -> CloudObject:
    """A function by its name, without its package."""
    return CloudObject(ObjectKind.FUNCTION, (name,))


def agency(name: str) -> CloudObject:
    """An agency, with all that it is granted."""
    return CloudObject(ObjectKind.AGENCY, (name,))


def grants(*names: str) -> CloudObject:
    """What an agency is granted, by the names and ids of the agency and of its roles."""
    return CloudObject(ObjectKind.GRANT, tuple(dict.fromkeys(filter(None, names))))


def bucket(name: str) -> CloudObject:
    """A bucket."""
    return CloudObject(ObjectKind.BUCKET, (name,))


def topic(urn: str) -> CloudObject:
    """A topic, by its URN or its name."""
    return CloudObject(ObjectKind.TOPIC, (urn, urn.rpartition(":")[2]))


def stream(name: str) -> CloudObject:
    """A stream."""
    return CloudObject(ObjectKind.STREAM, (name,))
