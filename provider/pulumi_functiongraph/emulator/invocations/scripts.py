"""What functions are told to do here instead of running code; kept by function."""

import sqlite3
from functools import lru_cache

import msgspec

from pulumi_functiongraph.emulator.invocations import waiting
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.rows import delete, find, insert
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS inv_scripts (
    function INTEGER PRIMARY KEY REFERENCES fg_functions ON DELETE CASCADE,
    behaviour TEXT, loop_breaker INTEGER NOT NULL
);
"""


class Script(msgspec.Struct, frozen=True):
    """What the local cloud was told of one function."""

    behaviour: Behaviour | None = None
    """None: the function runs its own code."""
    loop_breaker: bool = True
    """Whether a chain of functions that is too long ends at this one."""


def set_script(connection: Connection, function: int, script: Script) -> None:
    """Tell a function what to do."""
    behaviour = script.behaviour
    document = None if behaviour is None else behaviour.model_dump_json(exclude_unset=True)
    clear_script(connection, function)
    insert(connection, "inv_scripts", function, document, script.loop_breaker)
    waiting.look_again(connection, function=function)


def clear_script(connection: Connection, function: int) -> None:
    """Let a function run its own code again."""
    delete(connection, "inv_scripts", function=function)


def script_of(connection: Connection, function: int) -> Script:
    """What a function was told."""
    return find(connection, _script, "inv_scripts", function=function) or Script()


@reads("inv_scripts", column="function")
def _script(row: sqlite3.Row) -> Script:
    return Script(_behaviour(row["behaviour"]), bool(row["loop_breaker"]))


@lru_cache(maxsize=1024)
def _behaviour(kept: str | None) -> Behaviour | None:
    return None if kept is None else Behaviour.model_validate_json(kept)
