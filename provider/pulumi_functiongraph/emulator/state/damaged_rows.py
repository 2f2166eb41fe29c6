"""Rows of the state that cannot be read: each is told once, without what it holds, and left out."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

_log = logging.getLogger("functiongraph.emulator")

Rest = ParamSpec("Rest")
Value = TypeVar("Value")

_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError)
"""What a text that is no JSON, an unknown word or a value of another type raises."""

_told: set["DamagedRowError"] = set()
"""Of this process, which serves one state."""


class DamagedRowError(Exception):
    """A row cannot be read; the message says which one, and what to do."""

    def __init__(self, table: str, column: str, key: object) -> None:
        self._row = (table, column, key)
        remedy = f"DELETE FROM {table} WHERE {column} = {key!r}"  # noqa: S608 # never run here
        super().__init__(
            f"a row of the state cannot be read, and is left out: {table} {key!r}. The file was "
            "damaged, or changed by hand. To be rid of the row, stop the local cloud and run: "
            f'sqlite3 state.db "{remedy}"'
        )

    def __eq__(self, other: object) -> bool:
        """Of the same row."""
        return isinstance(other, DamagedRowError) and self._row == other._row

    def __hash__(self) -> int:
        """Of the row."""
        return hash(self._row)


def reads(
    table: str, *, column: str = "number", found: str = ""
) -> Callable[
    [Callable[Concatenate[sqlite3.Row, Rest], Value]],
    Callable[Concatenate[sqlite3.Row, Rest], Value],
]:
    """Let what makes a value of a row raise `DamagedRowError` for one that is none.

    Args:
        table: that the row is of.
        column: which names the row in its table.
        found: under which the row has that column, if by another name.
    """

    def checked(
        read: Callable[Concatenate[sqlite3.Row, Rest], Value],
    ) -> Callable[Concatenate[sqlite3.Row, Rest], Value]:
        @wraps(read)
        def reading(row: sqlite3.Row, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Value:
            try:
                return read(row, *args, **kwargs)
            except _UNREADABLE:
                key = row[found or column]
                named = (column, key) if isinstance(key, str | int) else ("rowid", row["rowid"])
                damaged = tell(table, *named)
            # Raised out here: what the libraries say may hold what the row holds.
            raise damaged

        return reading

    return checked


def tell(table: str, column: str, key: object) -> DamagedRowError:
    """Say that a row cannot be read, unless that was said already."""
    damaged = DamagedRowError(table, column, key)
    if damaged not in _told:
        _told.add(damaged)
        _log.error("%s", damaged)
    return damaged


def readable(rows: Iterable[sqlite3.Row], read: Callable[[sqlite3.Row], Value]) -> Iterator[Value]:
    """The values of the rows that can be read."""
    for row in rows:
        try:
            value = read(row)
        except DamagedRowError:
            continue
        yield value


def object_of(text: str) -> dict[str, object]:
    """The JSON object that a column holds.

    Raises:
        ValueError: it is no JSON.
        TypeError: it is another value.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        raise TypeError("not an object")
    return document


def told() -> list[str]:
    """What was said since the start or the last reset."""
    return sorted(map(str, _told))


def forget() -> None:
    """Begin anew, as after a reset."""
    _told.clear()
