"""Times as the services write them: with or without an offset, ``T`` or a space between.

Source: FunctionGraph API reference, "Configuring asynchronous execution notification": the example
has ``2021-03-04T14:50:02+08:00`` and ``2021-03-04 14:50:02`` for the same second.
"""

from __future__ import annotations

from datetime import datetime


def parsed_time(text: str) -> datetime | None:
    """The time that a text is, aware where it has an offset, ``None`` where it is none."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def is_same_time(one: str, other: str) -> bool | None:
    """Whether two texts are the same time to the second, ``None`` where that cannot be told.

    A text without an offset is compared with the clock time of the other: the service writes both
    forms of one time with the same clock time.
    """
    times = [parsed_time(one), parsed_time(other)]
    first, second = times
    if first is None or second is None:
        return True if one and one == other else None
    if first.tzinfo is None or second.tzinfo is None:
        first, second = first.replace(tzinfo=None), second.replace(tzinfo=None)
    return first.replace(microsecond=0) == second.replace(microsecond=0)
