"""The cloud's time from one process to the next.

A process that is started again begins no earlier than the last one ended, as far as is known: who
has set the machine's clock back meanwhile lets nothing wait longer. What was advanced by hand stays
advanced. A clock that was set forward cannot be told from a long pause. All of it is ours.
"""

import sqlite3
from datetime import datetime, timedelta

from pulumi_functiongraph.emulator.clock import FIRST, LAST, Clock, utc_now
from pulumi_functiongraph.emulator.instants import from_micros, to_micros
from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS cloud_time (
    id INTEGER PRIMARY KEY CHECK (id = 1), time INTEGER NOT NULL, starts INTEGER NOT NULL
);
"""


def keep(connection: Connection, now: datetime) -> None:
    """Keep the time; the time of each step of an invocation is kept with the step."""
    connection.execute("UPDATE cloud_time SET time = ?", (to_micros(now),))


def count_start(connection: Connection) -> int:
    """Count a start of the local cloud on this state, and say how many there were before.

    Where the number is damaged, another one takes its place, which surely was no start's.
    """
    connection.execute(
        "INSERT INTO cloud_time VALUES (1, ?, 1) ON CONFLICT DO UPDATE"
        " SET starts = iif(typeof(starts) = 'integer', starts, ?) + 1",
        (to_micros(FIRST), int(utc_now().timestamp())),
    )
    (starts,) = connection.execute("SELECT starts FROM cloud_time").fetchone()
    return int(starts) - 1


def resume(connection: Connection, clock: Clock) -> None:
    """Let a clock begin no earlier than the last time that was kept."""
    kept = connection.execute("SELECT id, time FROM cloud_time")
    noted = connection.execute("SELECT number, time FROM inv_journal ORDER BY number DESC LIMIT 1")
    last = max((*readable(kept, _kept), *readable(noted, _noted)), default=clock.now())
    clock.advance(max(last - clock.now(), timedelta()))


@reads("cloud_time", column="id")
def _kept(row: sqlite3.Row) -> datetime:
    return _time(row)


@reads("inv_journal")
def _noted(row: sqlite3.Row) -> datetime:
    return _time(row)


def _time(row: sqlite3.Row) -> datetime:
    time = from_micros(row["time"])
    if not FIRST <= time <= LAST:
        raise ValueError("no clock goes there")
    return time
