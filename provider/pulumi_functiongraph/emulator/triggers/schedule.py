"""When a timer trigger is due next.

Sources: FunctionGraph API reference, "Trigger Management Models", Table 7 (`Rate`: a number with m,
h or d; `Cron`); FunctionGraph user guide, "Using a Timer Trigger" (the numbers that a rate may be)
and "Cron Expressions for a Function Timer Trigger" (`@every`).

No document says from when on a rate counts. Ours: from the creation of the trigger, so that its
first run is one period later, as robfig/cron does it for `@every`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from types import MappingProxyType

import msgspec

from pulumi_functiongraph.emulator.triggers.cron import Cron, ScheduleError, read_cron, read_zone

RATE, CRON = "Rate", "Cron"
"""Of `schedule_type`."""

MOST: Mapping[str, int] = MappingProxyType({"m": 60, "h": 24, "d": 30})
"""By unit of a rate; user guide, "Using a Timer Trigger": 1 to 60 minutes, 24 hours, 30 days."""

_UNITS: Mapping[str, timedelta] = MappingProxyType(
    {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
)
_EVERY = "@every "
_SECONDS: Mapping[str, Fraction] = MappingProxyType(
    {
        "ns": Fraction(1, 10**9),
        "us": Fraction(1, 10**6),
        "µs": Fraction(1, 10**6),
        "ms": Fraction(1, 1000),
        "s": Fraction(1),
        "m": Fraction(60),
        "h": Fraction(3600),
    }
)
"""Units of `@every`; "us" for "µs" is what Go takes as well."""
_NUMBERS = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?)(ns|us|µs|ms|s|m|h)")
_RATE = re.compile(r"([0-9]{1,3})([mhd])")
_LONGEST = timedelta(days=36_500)


class Period(msgspec.Struct, frozen=True):
    """The same time again and again, counted from the creation of the trigger."""

    length: timedelta
    """Whole seconds, one at least."""


Schedule = Period | Cron


def read_schedule(schedule_type: str, text: str, *, zone: tzinfo = UTC) -> Schedule:
    """Read the `schedule` of a timer trigger.

    Args:
        schedule_type: `Rate` or `Cron`.
        text: such as `3m`, `0 15 2 * * ?` or `@every 1h30m`.
        zone: the region's, in which cron expressions are read that name none.

    Raises:
        ScheduleError: the documents do not allow it.
    """
    if schedule_type == RATE:
        return Period(_rate(text))
    if schedule_type != CRON:
        raise ScheduleError(f"schedule_type is {RATE} or {CRON}")
    rest, _ = read_zone(text, zone)
    if rest.startswith("@"):
        return Period(_every(rest))
    return read_cron(text, zone=zone)


def next_due(schedule: Schedule, *, after: datetime, created_at: datetime) -> datetime | None:
    """When a trigger is due for the first time after a moment, in UTC and on the second.

    None when it never is: on 30 February, say. Never before the trigger was created.
    """
    if isinstance(schedule, Cron):
        return schedule.next_after(max(after, created_at))
    start = created_at.astimezone(UTC).replace(microsecond=0)
    passed = max((after - start) // schedule.length, 0)
    return start + (passed + 1) * schedule.length


def _rate(text: str) -> timedelta:
    found = _RATE.fullmatch(text)
    if found is None:
        raise ScheduleError(f"{text!r} is not a number with m, h or d, such as 3m")
    number, unit = int(found[1]), found[2]
    if not 1 <= number <= MOST[unit]:
        raise ScheduleError(f"{text!r} is not in 1{unit} to {MOST[unit]}{unit}")
    return number * _UNITS[unit]


def _every(text: str) -> timedelta:
    """What is behind `@every`; a fraction of a second is dropped, less than one second is one."""
    spelled = text.removeprefix(_EVERY).strip()
    parts = _NUMBERS.findall(spelled)
    is_whole = text.startswith(_EVERY) and "".join(map("".join, parts)) == spelled
    total = sum((Fraction(number) * _SECONDS[unit] for number, unit in parts), Fraction())
    if not is_whole or not 0 < total <= _LONGEST.total_seconds():
        raise ScheduleError(f"{text!r} is not {_EVERY}and a time, such as {_EVERY}1h30m")
    return timedelta(seconds=max(int(total), 1))
