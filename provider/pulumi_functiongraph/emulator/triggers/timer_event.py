"""The event of a timer trigger.

Source: FunctionGraph developer guide, "Supported Event Sources", timer example event; the same
example in the FunctionGraph runtimes of Open Telekom Cloud's community. `user_event`: FunctionGraph
user guide, "Using a Timer Trigger", additional information.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from pulumi_functiongraph.emulator.http.exchange import JsonObject

VERSION = "v1.0"


@dataclass(frozen=True, slots=True)
class TimerTick:
    """A timer that is due."""

    name: str
    """Of the trigger."""
    due_at: datetime
    user_event: str = ""
    """What the trigger's `event_data` has to be handed on."""


def timer_event(tick: TimerTick, *, zone: tzinfo = UTC) -> JsonObject:
    """The event; the example has an offset, taken to be that of the region's `zone` (ours)."""
    return {
        "version": VERSION,
        "time": tick.due_at.astimezone(zone).isoformat(timespec="seconds"),
        "trigger_type": "TIMER",
        "trigger_name": tick.name,
        "user_event": tick.user_event,
    }
