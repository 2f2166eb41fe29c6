"""Things that a result is about: whoever makes or changes one may change the result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a thing is."""

    FUNCTION = "function"
    AGENCY = "agency"
    GRANT = "grant"
    BUCKET = "bucket"
    TOPIC = "topic"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a cloud.

    Attributes:
        kind: what it is.
        names: those that it goes by.
    """

    kind: Kind
    names: tuple[str, ...]


def function(name: str) -> Thing:
    """A function by its name, without its package."""
    return Thing(Kind.FUNCTION, (name,))


def agency(name: str) -> Thing:
    """An agency, with all that it is granted."""
    return Thing(Kind.AGENCY, (name,))


def grants(*names: str) -> Thing:
    """What an agency is granted, by the names and ids of the agency and of its roles."""
    return Thing(Kind.GRANT, tuple(dict.fromkeys(filter(None, names))))


def bucket(name: str) -> Thing:
    """A bucket."""
    return Thing(Kind.BUCKET, (name,))


def topic(urn: str) -> Thing:
    """A topic, by its URN or its name."""
    return Thing(Kind.TOPIC, (urn, urn.rpartition(":")[2]))


def stream(name: str) -> Thing:
    """A stream."""
    return Thing(Kind.STREAM, (name,))
