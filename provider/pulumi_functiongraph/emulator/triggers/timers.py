"""Timer triggers as the dispatcher carries them out: due times that are kept with the triggers.

When a trigger is due is kept, and moved on in the transaction that fires it: the death of the
process neither loses a time nor doubles one.
"""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.functiongraph.event_data import TIMER
from pulumi_functiongraph.emulator.functiongraph.triggers import (
    ACTIVE,
    Listener,
    StoredTrigger,
    find_listener,
)
from pulumi_functiongraph.emulator.iam.models import find_project
from pulumi_functiongraph.emulator.instants import from_micros, to_micros
from pulumi_functiongraph.emulator.invocations.request import Intake
from pulumi_functiongraph.emulator.regions import zone_of
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.triggers import schedule
from pulumi_functiongraph.emulator.triggers.cron import ScheduleError
from pulumi_functiongraph.emulator.triggers.firing import Invoked, NewEvent, Occasion, fire, urn_of
from pulumi_functiongraph.emulator.triggers.timer_event import timer_event

SCHEMA = """
CREATE TABLE IF NOT EXISTS fg_timers (
    number INTEGER PRIMARY KEY REFERENCES fg_triggers ON DELETE CASCADE, due INTEGER
);
CREATE INDEX IF NOT EXISTS fg_timers_due ON fg_timers (due, number) WHERE due IS NOT NULL;
"""

TIMERS = "timers"
"""Name of this source."""

EDGE = "TIMER"
"""How a timer leads to a function."""

MADE_UP_FOR = timedelta(hours=1)
"""Times that were missed for longer, while the cloud did not run, do not come any more; ours."""


class Timers(msgspec.Struct, frozen=True):
    """Timer triggers as a source of the dispatcher."""

    store: Store
    clock: Clock
    intake: Callable[[], Intake]

    name = TIMERS
    table = "fg_timers"
    recurs = True
    room = None

    async def carry_out(self, number: int) -> None:
        """Invoke the function of one trigger, and keep when it is due next."""
        await self.store.write(lambda connection: self._fire(connection, number))

    def _fire(self, connection: Connection, number: int) -> None:
        intake = self.intake()
        row = connection.execute(
            "SELECT due FROM fg_timers WHERE number = ? AND due <= ?",
            (number, to_micros(intake.now)),
        ).fetchone()
        if row is None:
            return  # deleted or changed since it was listed
        due, listener = from_micros(row["due"]), find_listener(connection, number)
        event = _event_of(listener.trigger, due)
        fire(connection, urn_of(connection, listener), Occasion("TIMER", EDGE), event, intake)
        _keep(connection, number, listener, after=max(due, intake.now - MADE_UP_FOR))


def schedule_trigger(connection: Connection, trigger: StoredTrigger, *, now: datetime) -> None:
    """Keep when a timer trigger is due first, from now on; one that is disabled never is."""
    (number,) = connection.execute(
        "SELECT number FROM fg_triggers WHERE id = ?", (trigger.id,)
    ).fetchone()
    _keep(connection, number, find_listener(connection, number), after=now)


def schedule_others(connection: Connection, *, now: datetime) -> None:
    """Keep when the timers are due of which that is not kept: those of an older release."""
    rows = connection.execute(
        "SELECT t.number FROM fg_triggers AS t LEFT JOIN fg_timers AS kept USING (number)"
        " WHERE t.type = ? AND kept.number IS NULL",
        (TIMER,),
    ).fetchall()
    for (number,) in rows:
        _keep(connection, number, find_listener(connection, number), after=now)


def _keep(connection: Connection, number: int, listener: Listener, *, after: datetime) -> None:
    stored = listener.trigger
    project = find_project(connection, listener.project_id)
    data = stored.event_data
    due = None
    if stored.status == ACTIVE and project is not None:
        # What an older release took may be no schedule; it is never due then.
        with contextlib.suppress(ScheduleError):
            read = schedule.read_schedule(
                str(data["schedule_type"]), str(data["schedule"]), zone=zone_of(project.region)
            )
            due = schedule.next_due(read, after=after, created_at=stored.created_at)
    connection.execute(
        "INSERT OR REPLACE INTO fg_timers VALUES (?, ?)",
        (number, None if due is None else to_micros(due)),
    )


def _event_of(stored: StoredTrigger, due: datetime) -> NewEvent:
    data = stored.event_data
    name, user_event = str(data["name"]), str(data.get("user_event") or "")

    def new_event(invoked: Invoked) -> dict[str, object]:
        zone = zone_of(invoked.project.region)
        return timer_event(name, due_at=due, user_event=user_event, zone=zone)

    return new_event
