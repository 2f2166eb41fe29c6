"""Times as the services write them: with or without an offset, ``T`` or a space between.

Source: FunctionGraph API reference, "Configuring asynchronous execution notification": the example
has ``2021-03-04T14:50:02+08:00`` and ``2021-03-04 14:50:02`` for the same second.
"""

from __future__ import annotations

from datetime import datetime

_ZERO = 1970
"""Of Unix; Go's zero time is in the year 1."""


def parsed_time(text: str) -> datetime | None:
    """The time that a text is, aware where it has an offset.

    ``None`` where it is none, where it is a date without a time, and for the zero times that
    programs write for "not known": they tell nothing apart.
    """
    stripped = text.strip()
    try:
        found = datetime.fromisoformat(stripped)
    except ValueError:
        return None
    return found if ":" in stripped and found.year > _ZERO else None


def is_same_time(one: str, other: str) -> bool | None:
    """Whether two texts are the same time, ``None`` where that cannot be told.

    Where only one has an offset, the same clock time is the same time, because the service writes
    both forms with it; another clock time may be the same one elsewhere. A fraction counts where
    both have one.
    """
    first, second = parsed_time(one), parsed_time(other)
    if first is None or second is None:
        return None
    if not first.microsecond or not second.microsecond:
        first, second = first.replace(microsecond=0), second.replace(microsecond=0)
    if (first.tzinfo is None) is (second.tzinfo is None):
        return first == second
    return True if first.replace(tzinfo=None) == second.replace(tzinfo=None) else None
