"""Policy documents as statements; what is not well formed is kept as such, and never ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

VERSIONS = frozenset({"1.0", "1.1", "5.0"})
"""1.0: system-defined roles; 1.1: policies; IAM API reference, "Querying Role Details", Version.
5.0: identity policies; IAM user guide (new console), "JSON Element Reference", Version."""

ROLE_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a document.

    Attributes:
        document: number of the document, from 0 on.
        number: of the statement in it, from 0 on.
        version: of the document, empty when it is none of ``VERSIONS``.
        content: what the document says; empty when it is no mapping.
    """

    document: int
    number: int
    version: str
    content: Mapping[str, object] = field(hash=False)

    @property
    def effect(self) -> object:
        """``Allow`` or ``Deny``; anything else could be either."""
        return self.content.get("Effect")


def statements_of(documents: Sequence[object]) -> Iterator[Statement]:
    """The statements of some documents, in order; one that cannot be read is an empty one."""
    for number, document in enumerate(documents):
        if not isinstance(document, Mapping):
            yield Statement(number, 0, "", {})
            continue
        said = document.get("Version")
        version = said if isinstance(said, str) and said in VERSIONS else ""
        listed = document.get("Statement")
        if isinstance(listed, Mapping):
            listed = [listed]
        if not is_list(listed):
            yield Statement(number, 0, "", {})
            continue
        for position, content in enumerate(listed):
            readable = content if isinstance(content, Mapping) else {}
            yield Statement(number, position, version, readable)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is a list, as JSON has them."""
    return isinstance(value, list | tuple)


def items_of(value: object) -> Sequence[object]:
    """The items of a list; a single value is a list of one."""
    return value if is_list(value) else [value]
