"""Policy documents as statements; what is not well formed is kept as such, and never ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeGuard

VERSIONS = frozenset({"1.0", "1.1", "5.0"})
"""1.0: system-defined roles; 1.1: policies; IAM API reference, "Querying Role Details", Version.
5.0: identity policies; IAM user guide (new console), "JSON Element Reference", Version."""

ROLE_VERSION = "1.0"


class Statement(NamedTuple):
    """One statement of a document; a tuple, because thousands are made for each pre-check.

    Attributes:
        document: number of the document, from 0 on.
        number: of the statement in it, from 0 on.
        version: of the document, empty when it is none of ``VERSIONS``.
        content: what the document says; empty when it is no mapping.
    """

    document: int
    number: int
    version: str
    content: Mapping[str, object]


def statements_of(documents: object) -> Iterator[Statement]:
    """The statements of some documents, in order; one that cannot be read is an empty one."""
    for number, document in enumerate(items_of(documents)):
        if not is_mapping(document):
            yield Statement(number, 0, "", {})
            continue
        said = document.get("Version")
        version = said if isinstance(said, str) and said in VERSIONS else ""
        for position, content in enumerate(items_of(document.get("Statement"))):
            if is_mapping(content):
                yield Statement(number, position, version, content)
            else:
                yield Statement(number, position, "", {})


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a value is an object, as JSON has them; whether its keys are texts is not looked at.

    A dict is asked for first: to ask for a Mapping takes many times as long.
    """
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is a list, as JSON has them."""
    return isinstance(value, list | tuple)


def items_of(value: object) -> Sequence[object]:
    """The items of a list; a single value is a list of one."""
    return value if isinstance(value, list | tuple) else [value]
