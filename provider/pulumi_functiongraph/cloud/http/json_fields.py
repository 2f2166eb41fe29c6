"""The fields of a JSON answer, each taken in the forms that the services use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn

_Item = TypeVar("_Item")
_ERRORS = ("error", "error_code", "errorCode", "error_msg", "errorMsg")
_TOTALS = ("total_num", "total_number")
"""Of IAM, how many there are on all pages. The counts of others are compared by their pagers."""
_DIGITS = re.compile(r"-?[0-9]{1,18}\Z")


class Misread(Exception):
    """An answer lacks a promised field, or the field is not what the API promises.

    The message names the field and never quotes its value, which may be secret.
    """

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field} {what}")


@dataclass(frozen=True, slots=True)
class JsonFields:
    """The fields of one JSON object.

    Attributes:
        values: the object.
        at: where it is in the answer, as the start of a field's name.
    """

    values: Mapping[str, object]
    at: str = ""

    @classmethod
    def of(cls, content: object, *, at: str = "") -> JsonFields:
        """The fields of a JSON value that ought to be an object."""
        if not isinstance(content, Mapping):
            raise Misread(at.rstrip(".") or "the answer", "is not a JSON object")
        return cls(content, at)

    def name(self, key: str) -> str:
        """The field's name with its place."""
        return f"{self.at}{key}"

    def optional(self, key: str) -> str:
        """A text, empty when it is absent, null or not a text."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def text(self, key: str) -> str:
        """A text that was promised."""
        value = self.values.get(key)
        if isinstance(value, str) and value:
            return value
        raise Misread(self.name(key), "is missing" if value in (None, "") else "is not a text")

    def whole(self, key: str) -> int:
        """A whole number that was promised; also as ``3.0`` or ``"3"``."""
        if self.values.get(key) is None:
            raise Misread(self.name(key), "is missing")
        number = as_whole(self.values[key])
        if number is None:
            raise Misread(self.name(key), "is not a whole number")
        return number

    def flag(self, key: str) -> bool | None:
        """True, false, or ``None`` when it is absent or null."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise Misread(self.name(key), "is neither true nor false")

    def listed(self, key: str, *, so_far: int = 0) -> Iterator[JsonFields]:
        """The objects of a list; one that is null is empty where nothing beside it says otherwise.

        Services write an empty list so (a nil slice of Go). Beside an error, a further page or a
        total that was not reached, null is no list that was read.

        Args:
            key: its name.
            so_far: how many items pages before this one had.

        Raises:
            Misread: it is absent, no list, or null beside what does not fit.
        """
        if key not in self.values:
            raise Misread(self.name(key), "is missing")
        if self.values[key] is None and (beside := self._beside(so_far)):
            raise Misread(self.name(key), f"is null, and beside it is {beside}")
        yield from objects(self.values[key], at=self.name(key))

    def _beside(self, so_far: int) -> str:
        """The field by which there is more than an empty list, empty for none."""
        links = self.values.get("links")
        next_page = links.get("next") if isinstance(links, Mapping) else None
        totals = {key: as_whole(self.values.get(key)) for key in _TOTALS}
        found = [
            *(key for key in _ERRORS if self.values.get(key)),
            *(["links.next"] if next_page else []),
            *(key for key, total in totals.items() if total is not None and total > so_far),
        ]
        return next(iter(found), "")

    def function_urn(self, key: str) -> FunctionUrn:
        """A function URN, canonical."""
        try:
            return FunctionUrn.parse(self.text(key))
        except InvalidInput:
            raise Misread(self.name(key), "is not a function URN") from None


def objects(content: object, *, at: str) -> Iterator[JsonFields]:
    """The objects of a JSON list; null is an empty one."""
    if content is None:
        return
    if isinstance(content, str | bytes) or not isinstance(content, Sequence):
        raise Misread(at or "the answer", "is not a list")
    for index, item in enumerate(content):
        yield JsonFields.of(item, at=f"{at}[{index}].")


def as_whole(value: object) -> int | None:
    """A whole number in any form that JSON authors write it in, else ``None``."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if _DIGITS.match(value.strip()) else None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """One page of a list.

    Attributes:
        items: what is on it.
        next_marker: where the next page starts, 0 at the end, ``None`` when the answer has none.
        count: how many there are in all, ``None`` when the answer does not say.
    """

    items: tuple[_Item, ...]
    next_marker: int | None
    count: int | None

    @classmethod
    def read(
        cls, fields: JsonFields, items: Iterable[_Item], *, marker_in: JsonFields
    ) -> Page[_Item]:
        """A page whose count is in one object and whose marker may be in another.

        Raises:
            Misread: the page says that it has more items than it has.
        """
        items = tuple(items)
        given = as_whole(marker_in.values.get("current_count"))
        if given is not None and given > len(items):
            raise Misread("current_count", f"is {given}, and the page has {len(items)}")
        return cls(
            items,
            as_whole(marker_in.values.get("next_marker")),
            as_whole(fields.values.get("count")),
        )

    def following(self, *, marker: int, so_far: int, size: int) -> int | None:
        """Where to go on, ``None`` at the end of the list.

        Args:
            marker: where this page starts.
            so_far: how many items were read, this page included.
            size: how many were asked for.

        Raises:
            Misread: the list claims to be longer, and there is no way to the rest.
        """
        if not self.items and self.count is not None and self.count > so_far:
            raise Misread("the page", f"is empty after {so_far} of {self.count}")
        if not self.items or self.next_marker == 0:
            return None
        if self.count is not None and so_far >= self.count and len(self.items) < size:
            return None
        if self.next_marker is not None and self.next_marker > marker:
            return self.next_marker
        if self.count is not None and so_far < self.count:
            raise Misread("next_marker", f"leads nowhere after {so_far} of {self.count}")
        return None
