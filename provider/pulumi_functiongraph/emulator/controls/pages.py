"""Pages of long lists: a list is never answered as a whole."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pulumi_functiongraph.emulator.controls.functions import read_function
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.state.damaged_rows import DamagedRowError
from pulumi_functiongraph.emulator.state.store import Connection

DEFAULT_PAGE, MAX_PAGE = 100, 1000
"""Entries of a page."""

MAX_TEXT = 4 << 20
"""Characters of a page; one entry is answered whatever its length. A payload may have 256 KiB."""

MAX_NAME = 300
"""Characters; a function's URN has 269 at most."""


class Filter(BaseModel):
    """Which entries are wanted."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    function: str | None = Field(default=None, max_length=MAX_NAME)
    """A name, `package/name`, or a URN, with the version or for all versions."""
    request_id: str | None = Field(default=None, max_length=MAX_NAME)
    after: int = Field(default=0, ge=0, lt=1 << 62)
    """Entries with a larger number than this."""

    @field_validator("function")
    @classmethod
    def _is_a_function(cls, function: str | None) -> str | None:
        if function is not None:
            read_function(function)
        return function


class PageOf(Filter):
    """Which entries are wanted, and how many of them."""

    limit: int = Field(default=DEFAULT_PAGE, ge=1, le=MAX_PAGE)
    last: int | None = Field(default=None, ge=1, le=MAX_PAGE)
    """Instead of `after` and `limit`: so many of those that came last, the oldest of them first."""

    @model_validator(mode="after")
    def _asks_for_one_end(self) -> Self:
        if self.last is not None and self.model_fields_set & {"after", "limit"}:
            raise ValueError("last stands without after and limit")
        return self


class Page(msgspec.Struct, frozen=True):
    """Some of a list."""

    entries: list[JsonObject]
    """By number."""
    next: int | None
    """The number after which the next page begins; None without one."""
    unreadable: list[str]
    """What is said of rows that cannot be shown."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing, not even what cannot be shown."""
        return not (self.entries or self.unreadable)

    def document(self, name: str) -> JsonObject:
        """The page as it is answered, its entries by the name of what they are."""
        told: JsonObject = {"unreadable": self.unreadable} if self.unreadable else {}
        return {name: self.entries, "next": self.next, **told}


def read_page(
    connection: Connection,
    source: str,
    wanted: PageOf,
    chosen: Iterable[tuple[str, object]],
    show: Callable[[int], Mapping[str, object] | None],
) -> Page:
    """One page.

    Args:
        connection: to the state.
        source: the tables in SQL; the first one has the `number`, and is called `e`.
        wanted: which page.
        chosen: which rows: conditions in SQL with a value each; those of None do not count.
        show: the entry of a number; None leaves it out.
    """
    conditions = [("e.number > ?", wanted.after), *chosen]
    kept = [(text, value) for text, value in conditions if value is not None]
    met = " AND ".join(text for text, _ in kept)
    order, limit = ("DESC", wanted.last) if wanted.last else ("ASC", wanted.limit)
    rows = connection.execute(
        f"SELECT e.number FROM {source} WHERE {met} ORDER BY e.number {order}",  # noqa: S608 # ours
        [value for _, value in kept],
    )
    page = _fill((number for (number,) in rows), show, limit=limit)
    return Page(page.entries[::-1], None, page.unreadable) if wanted.last else page


def _fill(
    numbers: Iterable[int], show: Callable[[int], Mapping[str, object] | None], *, limit: int
) -> Page:
    entries: list[JsonObject] = []
    unreadable: list[str] = []
    size, former = 0, 0
    for number in numbers:
        try:
            entry = show(number)
        except DamagedRowError as error:
            unreadable.append(str(error))
            continue
        if entry is None:
            continue
        size += len(json.dumps(entry))
        if entries and (len(entries) == limit or size > MAX_TEXT):
            return Page(entries, former, unreadable)
        entries.append(dict(entry))
        former = number
    return Page(entries, None, unreadable)
