"""Policy documents as statements; what is not well formed is kept as such, and never ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeGuard

VERSIONS = frozenset({"1.0", "1.1", "5.0"})
"""1.0: system-defined roles; 1.1: policies; IAM API reference, "Querying Role Details", Version.
5.0: identity policies; IAM user guide (new console), "JSON Element Reference", Version."""

ROLE_VERSION = "1.0"
IDENTITY_VERSION = "5.0"


class Document(NamedTuple):
    """A document; a tuple, because thousands are read for each pre-check.

    Attributes:
        version: empty when it is none of ``VERSIONS``.
        statements: what it says; whatever is no mapping cannot be read.
    """

    version: str
    statements: Sequence[object]


def read(document: object) -> Document:
    """Read a document; one that cannot be read says something that is not known."""
    if not is_mapping(document):
        return Document("", [None])
    said = document.get("Version")
    version = said if isinstance(said, str) and said in VERSIONS else ""
    return Document(version, items_of(document.get("Statement")))


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a value is an object, as JSON has them; whether its keys are texts is not looked at.

    A dict is asked for first: to ask for a Mapping takes many times as long.
    """
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101 - the first is quick, and nearly always true


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is a list, as JSON has them."""
    return isinstance(value, list | tuple)


def items_of(value: object) -> Sequence[object]:
    """The items of a list; a single value is a list of one."""
    return value if isinstance(value, list | tuple) else [value]
