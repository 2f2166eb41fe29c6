"""The event of a timer trigger.

Source: FunctionGraph developer guide, "Supported Event Sources", timer example event; the same
example in the FunctionGraph runtimes of Open Telekom Cloud's community. `user_event`: FunctionGraph
user guide, "Using a Timer Trigger", additional information.
"""

from datetime import UTC, datetime, tzinfo

from pulumi_functiongraph.emulator.http.exchange import JsonObject

VERSION = "v1.0"


def timer_event(
    name: str, *, due_at: datetime, user_event: str = "", zone: tzinfo = UTC
) -> JsonObject:
    """The event; the example has an offset, taken to be that of the region's `zone` (ours).

    Args:
        name: of the trigger.
        due_at: when it is due.
        user_event: what the trigger's `event_data` has to be handed on.
        zone: of the region.
    """
    return {
        "version": VERSION,
        "time": due_at.astimezone(zone).isoformat(timespec="seconds"),
        "trigger_type": "TIMER",
        "trigger_name": name,
        "user_event": user_event,
    }
