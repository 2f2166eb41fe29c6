"""The fields of a JSON answer, each taken in the forms that the services use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.validation import HALF_A_CHARACTER, is_text, printable

_Item = TypeVar("_Item")
_ERRORS = ("error", "error_code", "errorCode", "error_msg", "errorMsg")
_TOTALS = ("total_num", "total_number")
"""Of IAM, how many there are on all pages. The counts of others are compared by their pagers."""
DEEPEST = 64
"""Lists and objects within each other that are read. The limit is ours: what these services answer
has less than ten."""

_LARGEST = 2**53
"""Whole numbers up to here are exact where a state has them, which are the doubles of IEEE 754."""

_DIGITS = re.compile(r"-?[0-9]{1,18}\Z")


class Misread(Exception):
    """An answer lacks a promised field, or the field is not what the API promises.

    The message names the field and never quotes its value, which may be secret.
    """

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field} {what}")


class JsonFields(msgspec.Struct, frozen=True):
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
        number = self.optional_whole(key)
        if number is None:
            raise Misread(self.name(key), "is not a whole number")
        return number

    def optional_whole(self, key: str) -> int | None:
        """A whole number, ``None`` when it is absent or something else."""
        number = as_whole(self.values.get(key))
        if number is not None and abs(number) > _LARGEST:
            raise Misread(self.name(key), "is beyond ±2^53, where numbers are not exact any more")
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


def check(content: object) -> None:
    """Refuse a JSON value that could not be handled, or not be kept in a state.

    Raises:
        Misread: it is nested deeper than ``DEEPEST``, or a text in it is none that UTF-8 has.
    """
    check_depth(content, name="the answer")
    _check_texts(content, at="")


def check_depth(value: object, *, name: str) -> None:
    """Refuse a JSON value that is nested deeper than ``DEEPEST``.

    Raises:
        Misread: it is; `name` says what it is.
    """
    if is_too_deep(value):
        raise Misread(name, f"is nested deeper than {DEEPEST} levels")


def is_too_deep(value: object, *, most: int = DEEPEST) -> bool:
    """Whether more lists and objects are within each other than are read."""
    if not isinstance(value, Mapping | list):
        return False
    inner = value.values() if isinstance(value, Mapping) else value
    return most == 0 or any(is_too_deep(each, most=most - 1) for each in inner)


def _check_texts(value: object, *, at: str) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name = f"{at}.{printable(key)}" if at else printable(key)
            _check_texts(key, at=name)
            _check_texts(inner, at=name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_texts(inner, at=f"{at}[{index}]")
    elif isinstance(value, str) and not value.isascii() and not is_text(value):
        raise Misread(at or "the answer", HALF_A_CHARACTER[0])


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


class Page(msgspec.Struct, Generic[_Item], frozen=True):
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

    def following(
        self, *, marker: int, so_far: int, size: int, before: tuple[_Item, ...] = ()
    ) -> int | None:
        """Where to go on, ``None`` at the end of the list.

        Args:
            marker: where this page starts.
            so_far: how many items were read, this page included.
            size: how many were asked for.
            before: the items of the page before this one.

        Raises:
            Misread: the list claims to be longer, and there is no way to the rest, or it leads to
                nothing new.
        """
        if not self.items and self.count is not None and self.count > so_far:
            raise Misread("the page", f"is empty after {so_far} of {self.count}")
        if not self.items or self.next_marker == 0:
            return None
        if self.count is not None and so_far >= self.count and len(self.items) < size:
            return None
        if self.next_marker is not None and self.next_marker > marker:
            if self.items == before:
                raise Misread("next_marker", "leads to the same page again")
            return self.next_marker
        if self.count is not None and so_far < self.count:
            raise Misread("next_marker", f"leads nowhere after {so_far} of {self.count}")
        return None
