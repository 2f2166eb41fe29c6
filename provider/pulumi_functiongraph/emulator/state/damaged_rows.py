"""Rows of the state that cannot be read: each is told once, without what it holds, and left out."""

import json
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache, wraps
from operator import index
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeVar

_log = logging.getLogger("functiongraph.emulator")

Rest = ParamSpec("Rest")
Value = TypeVar("Value")

_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError)
"""What a text that is no JSON, an unknown word or a value of another type raises."""

MOST_ATTEMPTS = 1_000_000
"""Of anything; ours, and far more than the options let anybody order."""

_told: set["DamagedRowError"] = set()
"""Of this process, which serves one state."""

_TYPES = {"INTEGER": int, "TEXT": str, "BLOB": bytes}
"""How a schema declares what a column holds; SQLite keeps a value of any type in it."""

_declared: dict[str, dict[str, frozenset[type]]] = {}
"""By table and column; of this process as well."""

_keys: dict[str, str] = {}
"""By table, the column that names a row."""


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


def declare(connection: sqlite3.Connection) -> None:
    """Learn what the columns of every table hold: each row that is read is held against it."""
    for table in _tables(connection):
        found = connection.execute(f"PRAGMA table_info({table})")
        _declared[table] = {
            name: frozenset({_TYPES[kind]} if not_null or key else {_TYPES[kind], type(None)})
            for _, name, kind, not_null, _, key in found
            if kind in _TYPES
        }
    _fit.cache_clear()


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [name for (name,) in found]


def tell_mistyped(connection: sqlite3.Connection, *, growing: Collection[str]) -> None:
    """Say which rows hold values of other types than their tables declare.

    Of those that are growing, only where they refer to others: nobody would come to the row.
    """
    words = {int: "integer", str: "text", bytes: "blob", type(None): "null"}
    for table in _tables(connection):
        keys = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
        looked_at = {row["from"] for row in keys} if table in growing else _declared[table]
        wrong = " OR ".join(
            f"typeof({name}) NOT IN ({', '.join(repr(words[each]) for each in allowed)})"
            for name, allowed in _declared[table].items()
            if name in looked_at
        )
        key = _keys.get(table, "rowid")
        query = f"SELECT {key} AS key, rowid FROM {table} WHERE {wrong or 0}"  # noqa: S608 # ours
        for row in connection.execute(query):
            tell(table, *_name(table, row["key"], row))


def reads(
    table: str, *, column: str = "number", found: Mapping[str, str] = MappingProxyType({})
) -> Callable[
    [Callable[Concatenate[sqlite3.Row, Rest], Value]],
    Callable[Concatenate[sqlite3.Row, Rest], Value],
]:
    """Let what makes a value of a row raise `DamagedRowError` for one that is none.

    A row is one only if each column has the type that the table declares, whatever is made of it.

    Args:
        table: that the row is of.
        column: which names the row in its table.
        found: columns that the row has by other names, as one that joins tables may.
    """
    _keys[table] = column

    def checked(
        read: Callable[Concatenate[sqlite3.Row, Rest], Value],
    ) -> Callable[Concatenate[sqlite3.Row, Rest], Value]:
        @wraps(read)
        def reading(row: sqlite3.Row, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Value:
            try:
                value = read(row, *args, **kwargs)
                if _fit(table, tuple(found.items()), tuple(row.keys()), tuple(map(type, row))):
                    return value
            except _UNREADABLE:
                pass
            damaged = tell(table, *_name(table, row[found.get(column, column)], row))
            # Raised out here: what the libraries say may hold what the row holds.
            raise damaged

        return reading

    return checked


@lru_cache(maxsize=1024)
def _fit(
    table: str, found: tuple[tuple[str, str], ...], names: tuple[str, ...], types: tuple[type, ...]
) -> bool:
    """Whether columns of these names, or of those by which they are found, have their types."""
    given, renamed = dict(zip(names, types, strict=True)), dict(found)
    return all(
        given.get(renamed.get(name, name)) in {None, *allowed}
        for name, allowed in _declared.get(table, {}).items()
    )


def _name(table: str, key: object, row: sqlite3.Row) -> tuple[str, object]:
    """What names a row: the number that SQLite gives it, where its own key is damaged."""
    column = _keys.get(table, "rowid")
    is_key = type(key) in _declared.get(table, {}).get(column, {int})
    return (column, key) if is_key else ("rowid", row["rowid"])


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


def dated_object_of(text: str) -> dict[str, object]:
    """The JSON object that a column holds, which says when it was modified last.

    Raises:
        ValueError: it is no JSON, or has no such time.
        TypeError: it is another value, or the time is.
    """
    document = object_of(text)
    moment_of(document.get("last_modified"))
    return document


def attempts_of(count: object) -> int:
    """How often something was tried, by the column that holds it.

    Raises:
        ValueError: nothing is tried so often.
        TypeError: it is no whole number.
    """
    attempts = index(count)  # type: ignore[arg-type] # raises TypeError
    if not 0 <= attempts <= MOST_ATTEMPTS:
        raise ValueError("no count of attempts")
    return attempts


def moment_of(text: object) -> datetime:
    """The time, with its zone, that a column holds.

    Raises:
        ValueError: it is none, or has no zone.
        TypeError: it is no text.
    """
    moment = datetime.fromisoformat(text)  # type: ignore[arg-type] # raises TypeError
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment


def told() -> list[str]:
    """What was said since the start or the last reset."""
    return sorted(map(str, _told))


def forget() -> None:
    """Begin anew, as after a reset."""
    _told.clear()
