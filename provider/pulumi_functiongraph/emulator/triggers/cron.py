"""Cron expressions of timer triggers: which clock times fit, and which comes next.

Source: FunctionGraph user guide, "Cron Expressions for a Function Timer Trigger": six fields,
seconds first, the day of the week optional, `CRON_TZ=` in front (Huawei Cloud's Table 2 and the
examples of Open Telekom Cloud). What it leaves open is read as the Go library robfig/cron does, of
which the guide's syntax is a part, `@every` included; that the service uses it is inference:

- with both day fields restricted, a day fits that fits either;
- clock times that a change of the offset skips do not come, those that it repeats come twice.

Refused, though that library takes them: `TZ=`, `@daily` and the like, empty items of a list, and
`?` where the guide does not allow it. Our own reader, because no Python library reads this syntax:
croniter has no `@every` and no `CRON_TZ`, and takes `L`, `#` and ranges that wrap.
"""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

FURTHEST = timedelta(days=9 * 366)
"""How far ahead a time is looked for: 29 February may be eight years away."""

_SHIFT = timedelta(hours=2)
"""The largest change of an offset since 1970."""
_QUARTER = 15 * 60
"""Seconds; changes of an offset are at a quarter of an hour."""
_TIME_ZONE = "CRON_TZ="
_NUMBER = re.compile(r"[0-9]{1,3}")


class ScheduleError(ValueError):
    """A schedule that the guide does not allow; the message says why."""


class _Field(msgspec.Struct, frozen=True):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    """In lower case, from `low` on."""
    may_be_open: bool = False
    """Whether `?` is allowed."""

    def value(self, text: str) -> int:
        if text.lower() in self.names:
            return self.low + self.names.index(text.lower())
        if _NUMBER.fullmatch(text) and self.low <= int(text) <= self.high:
            return int(text)
        raise ScheduleError(f"{self.name}: {text!r} is not in {self.low} to {self.high}")


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month at most."""
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    _Field("seconds", 0, 59),
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day-of-month", 1, 31, may_be_open=True),
    _Field("month", 1, 12, _MONTHS),
    _Field("day-of-week", 0, 6, _WEEKDAYS, may_be_open=True),
)
_OPEN = frozenset({"*", "?"})


class Cron(msgspec.Struct, frozen=True):
    """A cron expression, read."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either_day: bool
    """Whether both day fields are restricted, so that one of them is enough."""
    zone: tzinfo

    def fits_day(self, local: datetime) -> bool:
        """Whether it is due on the day of a time in its own zone."""
        if local.month not in self.months:
            return False
        by_date, by_weekday = local.day in self.days, local.isoweekday() % 7 in self.weekdays
        return (by_date or by_weekday) if self.either_day else (by_date and by_weekday)

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after a moment, in UTC; None when none comes in `FURTHEST`."""
        if not self._has_a_day:
            return None
        instant = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        end = instant + FURTHEST
        while instant < end:
            local = instant.astimezone(self.zone)
            step = self._step_from(local)
            if not step:
                return instant
            instant += step
        return None

    @property
    def _has_a_day(self) -> bool:
        """Whether there is a month as long as it takes: 30 February would be sought for long."""
        first = min(self.days)
        return self.either_day or any(first <= _LENGTHS[month - 1] for month in self.months)

    def _step_from(self, local: datetime) -> timedelta:
        """How long it is not due for sure from here on, at least; nothing when it is due."""
        if not self.fits_day(local):
            return _to_next_day(local, whole_month=local.month not in self.months)
        passed = local.minute * 60 + local.second
        if local.hour not in self.hours:
            return timedelta(seconds=_QUARTER - passed % _QUARTER)
        if local.minute not in self.minutes:
            return timedelta(seconds=60 - local.second)
        return timedelta(seconds=0 if local.second in self.seconds else 1)


def read_cron(text: str, *, zone: tzinfo) -> Cron:
    """Read an expression; `zone` is the region's, for those without `CRON_TZ`.

    Raises:
        ScheduleError: the guide does not allow it.
    """
    rest, zone = read_zone(text, zone)
    texts = rest.split()
    if len(texts) not in {len(_FIELDS) - 1, len(_FIELDS)}:
        raise ScheduleError(f"it has {len(texts)} fields, not five or six")
    texts += ["*"] * (len(_FIELDS) - len(texts))
    seconds, minutes, hours, days, months, weekdays = (
        _values(field, each) for field, each in zip(_FIELDS, texts, strict=True)
    )
    both = not any(_is_open(each) for each in (texts[3], texts[5]))
    return Cron(seconds, minutes, hours, days, months, weekdays, either_day=both, zone=zone)


def read_zone(text: str, zone: tzinfo) -> tuple[str, tzinfo]:
    """What is behind `CRON_TZ=…`, and that time zone; else all of it, and `zone`.

    Raises:
        ScheduleError: there is no such time zone.
    """
    stripped = text.strip()
    if not stripped.startswith(_TIME_ZONE):
        return stripped, zone
    name, _, rest = stripped.removeprefix(_TIME_ZONE).partition(" ")
    try:
        return rest.strip(), ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError(f"there is no time zone {name!r}") from None


def _values(field: _Field, text: str) -> frozenset[int]:
    return frozenset(value for item in text.split(",") for value in _range(field, item))


def _range(field: _Field, item: str) -> range:
    """One item of a list: `*`, `?`, a value or a range, with or without a step."""
    span, slash, step = item.partition("/")
    if span == "*" or (span == "?" and field.may_be_open):
        low, high = field.low, field.high
    else:
        first, hyphen, last = span.partition("-")
        low = field.value(first)
        high = field.value(last) if hyphen else (field.high if slash else low)
    if low > high:
        raise ScheduleError(f"{field.name}: {item!r} ends before it begins")
    if slash and not (_NUMBER.fullmatch(step) and int(step)):
        raise ScheduleError(f"{field.name}: the step of {item!r} is not a positive number")
    return range(low, high + 1, int(step) if slash else 1)


def _is_open(text: str) -> bool:
    """Whether a day field does not restrict the day."""
    spans = (item.partition("/") for item in text.split(","))
    return any(span in _OPEN and step in {"", "1"} for span, _, step in spans)


def _to_next_day(local: datetime, *, whole_month: bool) -> timedelta:
    """To midnight, or to the next month; not quite, because the offset may change before it."""
    day = local.date() + timedelta(days=1)
    if whole_month:
        day = (local.date().replace(day=1) + timedelta(days=32)).replace(day=1)
    midnight = datetime.combine(day, time(), local.tzinfo).astimezone(UTC)
    nearly = midnight - _SHIFT - local.astimezone(UTC)
    passed = (local.minute * 60 + local.second) % _QUARTER
    return max(nearly, timedelta(seconds=_QUARTER - passed))
