"""The triggers of function versions and aliases: what one may say, and what is kept.

Rules: FunctionGraph API reference, "Creating a Trigger", Tables 3 and 4, and "Trigger Management
Models", Tables 2 to 7. Where they are silent, docs/conformance.md says what was chosen.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import asdict, replace

from pulumi_functiongraph.emulator.functiongraph import checks, errors
from pulumi_functiongraph.emulator.functiongraph.event_data import (
    CHECKS,
    FIRST_RECORD,
    TIMER,
    check_schedule,
    require,
)
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, names_of
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads, tell
from pulumi_functiongraph.emulator.state.rows import Read, columns, delete, insert, of, select
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS fg_triggers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    function INTEGER NOT NULL REFERENCES fg_functions ON DELETE CASCADE,
    qualifier TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL, event_data TEXT NOT NULL,
    subscription TEXT REFERENCES smn_subscriptions ON DELETE CASCADE,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS fg_triggers_of ON fg_triggers (subscription);
CREATE TRIGGER IF NOT EXISTS fg_triggers_end_their_subscription AFTER DELETE ON fg_triggers
BEGIN
    DELETE FROM smn_subscriptions WHERE urn = OLD.subscription;
END;
CREATE TRIGGER IF NOT EXISTS fg_versions_end_their_triggers AFTER DELETE ON fg_versions
BEGIN
    DELETE FROM fg_triggers WHERE function = OLD.function AND qualifier = OLD.version;
END;
CREATE TRIGGER IF NOT EXISTS fg_aliases_end_their_triggers AFTER DELETE ON fg_aliases
BEGIN
    DELETE FROM fg_triggers WHERE function = OLD.function AND qualifier = '!' || OLD.name;
END;
"""

ACTIVE, DISABLED = "ACTIVE", "DISABLED"
CAN_BE_DISABLED = frozenset({TIMER})
"""Of the types below; API reference, "Creating a Trigger": "Only timer, DDS, DMS, Kafka, and LTS
triggers can be disabled"."""


class RequestedTrigger(msgspec.Struct, frozen=True):
    """A trigger as a POST or a seed asks for it."""

    type: str
    status: str
    event_data: JsonObject

    @property
    def topic_urn(self) -> str | None:
        """The topic that it listens to, None for other types."""
        return str(self.event_data["topic_urn"]) if self.type == "SMN" else None

    @property
    def reads_from_start(self) -> bool:
        """Whether it listens to a stream, and to what is in it already."""
        return self.type == "DIS" and self.event_data.get("sharditerator_type") == FIRST_RECORD


class StoredTrigger(RequestedTrigger, frozen=True):
    """A trigger of a function version, or of an alias (whose qualifier starts with "!")."""

    id: str
    qualifier: str
    created_at: datetime


class Listener(msgspec.Struct, frozen=True):
    """A trigger, and the function that it invokes."""

    project_id: str
    package: str
    name: str
    trigger: StoredTrigger


def read_trigger(fields: Mapping[str, object]) -> RequestedTrigger:
    """Read the body of a POST.

    Raises:
        errors.INVALID_PARAMETER: a field is not allowed.
    """
    kind = checks.read_text(fields, "trigger_type_code") or ""
    if kind not in CHECKS:
        raise errors.INVALID_PARAMETER.error(
            f"Invalid parameter: trigger_type_code must be one of {', '.join(sorted(CHECKS))}"
        )
    status = checks.read_text(fields, "trigger_status") or ACTIVE
    if status not in {ACTIVE, DISABLED}:
        raise errors.INVALID_PARAMETER.error(
            f"Invalid parameter: trigger_status must be {ACTIVE} or {DISABLED}"
        )
    if status == DISABLED and kind not in CAN_BE_DISABLED:
        raise errors.INVALID_PARAMETER.error(
            f"Invalid parameter: {kind} triggers cannot be disabled"
        )
    event_data = checks.read_object_field(fields, "event_data")
    if event_data is None:
        raise errors.INVALID_PARAMETER.error("Invalid parameter: event_data is required")
    CHECKS[kind](event_data)
    if kind == TIMER:
        check_schedule(event_data)
    return RequestedTrigger(kind, status, event_data)


def read_change(before: StoredTrigger, fields: Mapping[str, object]) -> RequestedTrigger:
    """Read the body of a PUT: what it leaves out stays, and so does what a trigger listens to.

    Raises:
        errors.INVALID_PARAMETER: a field is not allowed.
    """
    status = checks.read_text(fields, "trigger_status") or before.status
    event_data = {**before.event_data, **(checks.read_object_field(fields, "event_data") or {})}
    told = {"trigger_type_code": before.type, "trigger_status": status, "event_data": event_data}
    require("only timers can be changed", met=before.type == TIMER)
    return read_trigger(told)


def add_trigger(  # one argument a fact
    connection: Connection,
    version: StoredVersion,
    qualifier: str,
    trigger: RequestedTrigger,
    *,
    identifier: str,
    subscription: str | None,
    now: datetime,
) -> StoredTrigger:
    """Keep a trigger; an SMN trigger lives and dies with its subscription."""
    told = columns(trigger)
    of_version = (identifier, version.function, qualifier)
    insert(connection, "fg_triggers", None, *of_version, *told, subscription, now.isoformat())
    return StoredTrigger(**asdict(trigger), id=identifier, qualifier=qualifier, created_at=now)


def replace_trigger(
    connection: Connection, before: StoredTrigger, trigger: RequestedTrigger
) -> StoredTrigger:
    """Keep a trigger that exists in its new form."""
    connection.execute(
        "UPDATE fg_triggers SET status = ?, event_data = ? WHERE id = ?",
        (trigger.status, json.dumps(trigger.event_data), before.id),
    )
    return replace(before, status=trigger.status, event_data=trigger.event_data)


def list_triggers(
    connection: Connection, function: int, qualifier: str | None = None
) -> list[StoredTrigger]:
    """The triggers of a version or alias, oldest first; without one, all of the function's."""
    whose = {} if qualifier is None else {"qualifier": qualifier}
    return select(connection, _stored, "fg_triggers", function=function, **whose)


def list_listeners(connection: Connection, kind: str, field: str, value: str) -> list[Listener]:
    """The active triggers of a type whose `event_data` has a value, oldest first."""
    rows = connection.execute(
        f"{_LISTENERS} WHERE t.type = ? AND t.status = ?"
        " AND json_extract(t.event_data, '$.' || ?) = ? ORDER BY t.number",
        (kind, ACTIVE, field, value),
    )
    return list(readable(rows, _listener))


def find_listener(connection: Connection, number: int) -> Listener:
    """A trigger that exists, by its number, with its function.

    Raises:
        DamagedRowError: it cannot be read, or has no function.
    """
    row = connection.execute(f"{_LISTENERS} WHERE t.number = ?", (number,)).fetchone()
    if row is None:  # The function is not there.
        raise tell("fg_triggers", "number", number)
    return _listener(row)


def is_asleep(connection: Connection, subscription: str) -> bool:
    """Whether a subscription is that of triggers, and all of them are disabled."""
    rows = connection.execute(
        "SELECT status FROM fg_triggers WHERE subscription = ?", (subscription,)
    )
    return {status for (status,) in rows} == {DISABLED}


def find_trigger(
    connection: Connection, function: int, qualifier: str, kind: str, identifier: str
) -> StoredTrigger:
    """One trigger.

    Raises:
        errors.TRIGGER_NOT_FOUND: the version or alias has no such trigger.
    """
    for trigger in list_triggers(connection, function, qualifier):
        if (trigger.type, trigger.id) == (kind, identifier):
            return trigger
    raise errors.TRIGGER_NOT_FOUND.error()


def delete_triggers(connection: Connection, triggers: list[StoredTrigger]) -> None:
    """Remove triggers, with their subscriptions."""
    for trigger in triggers:
        delete(connection, "fg_triggers", id=trigger.id)


_LISTENERS = (
    "SELECT t.*, f.project_id, f.package, f.name"
    " FROM fg_triggers AS t JOIN fg_functions AS f ON f.number = t.function"
)


def _listener(row: sqlite3.Row) -> Listener:
    return Listener(*names_of(row), _stored(row))


_of_row: Read[StoredTrigger] = of(StoredTrigger)


@reads("fg_triggers")
def _stored(row: sqlite3.Row) -> StoredTrigger:
    trigger = _of_row(row)
    try:
        CHECKS[trigger.type](trigger.event_data)
    except ServiceError:
        raise ValueError("not the data of such a trigger") from None
    if trigger.status not in {ACTIVE, DISABLED}:
        raise ValueError("no such status")
    return trigger
