"""When a timer trigger is due: the guide's examples, and each due time against brute force."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pulumi_functiongraph.emulator.regions import zone_of
from pulumi_functiongraph.emulator.triggers.cron import Cron, ScheduleError, read_cron
from pulumi_functiongraph.emulator.triggers.schedule import (
    MOST,
    Period,
    Schedule,
    next_due,
    read_schedule,
)

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
"""A Thursday."""
BERLIN = ZoneInfo("Europe/Berlin")


def due(schedule: Schedule, *, after: datetime, created_at: datetime = NEW_YEAR) -> datetime:
    found = next_due(schedule, after=after, created_at=created_at)
    assert found is not None
    return found


def first_dues(
    text: str, count: int, *, zone: str = "UTC", after: datetime = NEW_YEAR
) -> list[str]:
    """The first due times of a cron expression, in its own zone, as a person writes them."""
    schedule = read_schedule("Cron", text, zone=ZoneInfo(zone))
    shown = ZoneInfo(zone) if isinstance(schedule, Period) else schedule.zone
    found = []
    for _ in range(count):
        after = due(schedule, after=after)
        found.append(f"{after.astimezone(shown):%a %Y-%m-%d %H:%M:%S}")
    return found


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3m", timedelta(minutes=3)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("60m", timedelta(minutes=60)),
        ("30d", timedelta(days=30)),
    ],
)
def test_a_rate_is_a_number_with_a_unit(text: str, length: timedelta) -> None:
    assert read_schedule("Rate", text) == Period(length)


@pytest.mark.parametrize(
    "text", ["", "m", "3", "0m", "61m", "25h", "31d", "3s", "3 m", "-3m", "1.5h", "3M", "٣m"]
)
def test_other_rates_are_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        read_schedule("Rate", text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("@every 30m", timedelta(minutes=30)),
        ("@every 1.5h", timedelta(minutes=90)),
        ("@every 2h30m", timedelta(minutes=150)),
        ("@every 1h30m10s", timedelta(seconds=5410)),
        ("@every 90s", timedelta(seconds=90)),
        ("@every 2500ms", timedelta(seconds=2)),
        ("@every 5ns", timedelta(seconds=1)),
        ("@every 5µs", timedelta(seconds=1)),
        ("CRON_TZ=Europe/Berlin @every 1h", timedelta(hours=1)),
    ],
)
def test_every_takes_units_down_to_nanoseconds_and_keeps_whole_seconds(
    text: str, length: timedelta
) -> None:
    assert read_schedule("Cron", text) == Period(length)


@pytest.mark.parametrize(
    "text",
    [
        *("@every", "@every ", "@every 0s", "@every -1m", "@every 1d", "@every 1", "@every m"),
        *("@every 1h 30m", "@every1h", "@daily", "@every 1h30", "@every 999999999999h"),
    ],
)
def test_other_periods_are_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        read_schedule("Cron", text)


def test_another_type_of_schedule_is_refused() -> None:
    with pytest.raises(ScheduleError, match="Rate or Cron"):
        read_schedule("Daily", "3m")


@pytest.mark.parametrize(
    ("text", "dues"),
    [
        ("0 15 2 * * ?", ["Thu 2026-01-01 02:15:00", "Fri 2026-01-02 02:15:00"]),
        (
            "0 30 8 ? * Mon-Fri",
            ["Thu 2026-01-01 08:30:00", "Fri 2026-01-02 08:30:00", "Mon 2026-01-05 08:30:00"],
        ),
        (
            "0 45 7 1-3 * ?",
            [
                *("Thu 2026-01-01 07:45:00", "Fri 2026-01-02 07:45:00", "Sat 2026-01-03 07:45:00"),
                "Sun 2026-02-01 07:45:00",
            ],
        ),
        ("0 0/3 * ? * Mon,Wed,Fri,Sun", ["Fri 2026-01-02 00:00:00", "Fri 2026-01-02 00:03:00"]),
        ("0 0/30 * * * ?", ["Thu 2026-01-01 00:30:00", "Thu 2026-01-01 01:00:00"]),
        ("0 1/3 * * * *", ["Thu 2026-01-01 00:01:00", "Thu 2026-01-01 00:04:00"]),
        ("0 26,29,33 * * * *", ["Thu 2026-01-01 00:26:00", "Thu 2026-01-01 00:29:00"]),
        ("0 0 12 ? jan,FEB,Mar,apr *", ["Thu 2026-01-01 12:00:00", "Fri 2026-01-02 12:00:00"]),
        ("0 0 0 29 2 ?", ["Tue 2028-02-29 00:00:00", "Sun 2032-02-29 00:00:00"]),
        ("30 0 0 1 6", ["Mon 2026-06-01 00:00:30", "Tue 2027-06-01 00:00:30"]),
        ("*/20 59 23 31 12 *", ["Thu 2026-12-31 23:59:00", "Thu 2026-12-31 23:59:20"]),
        ("0 0 0 ? * 0", ["Sun 2026-01-04 00:00:00", "Sun 2026-01-11 00:00:00"]),
    ],
)
def test_the_examples_of_the_guides(text: str, dues: list[str]) -> None:
    assert first_dues(text, len(dues)) == dues


def test_with_both_days_restricted_one_is_enough() -> None:
    assert first_dues("0 0 0 13 * Fri", 3) == [
        "Fri 2026-01-02 00:00:00",
        "Fri 2026-01-09 00:00:00",
        "Tue 2026-01-13 00:00:00",
    ]
    assert first_dues("0 0 0 */2 * Fri", 2) == [
        "Fri 2026-01-02 00:00:00",
        "Sat 2026-01-03 00:00:00",
    ]


def test_the_zone_of_the_region_counts_unless_the_expression_names_one() -> None:
    text = "0 0 12 * * *"
    for zone, hour in (("UTC", 12), ("Europe/Berlin", 11), ("Asia/Shanghai", 4)):
        found = due(read_schedule("Cron", text, zone=ZoneInfo(zone)), after=NEW_YEAR)
        assert found == NEW_YEAR.replace(hour=hour)
        named = read_schedule("Cron", f"CRON_TZ={zone} {text}", zone=ZoneInfo("Asia/Tokyo"))
        assert due(named, after=NEW_YEAR) == found


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("cn-east-3", "Asia/Shanghai"),
        ("eu-de", "Europe/Berlin"),
        ("sa-brazil-1", "America/Sao_Paulo"),
        ("moon-1", "UTC"),
    ],
)
def test_a_region_has_the_zone_of_its_place(region: str, zone: str) -> None:
    assert zone_of(region).key == zone


def test_a_clock_time_that_is_skipped_does_not_come() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)

    assert first_dues("0 30 2 * * *", 1, zone="Europe/Berlin", after=before) == [
        "Mon 2026-03-30 02:30:00"
    ]


def test_a_clock_time_that_is_repeated_comes_twice() -> None:
    schedule = read_schedule("Cron", "0 30 2 * * *", zone=BERLIN)
    first = due(schedule, after=datetime(2026, 10, 24, 12, tzinfo=UTC))

    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert due(schedule, after=first) == first + HOUR


@pytest.mark.parametrize("text", ["0 0 0 30 2 ?", "0 0 0 31 4,6,9,11 ?"])
def test_a_day_that_no_month_has_never_comes(text: str) -> None:
    schedule = read_schedule("Cron", text)

    assert next_due(schedule, after=NEW_YEAR, created_at=NEW_YEAR) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "0 fields"),
        ("* * * *", "4 fields"),
        ("* * * * * * *", "7 fields"),
        ("60 * * * * *", "seconds: '60' is not in 0 to 59"),
        ("* 60 * * * *", "minutes"),
        ("* * 24 * * *", "hours"),
        ("* * * 0 * *", "day-of-month"),
        ("* * * 32 * *", "day-of-month"),
        ("* * * * 13 *", "month"),
        ("* * * * Mai *", "month"),
        ("* * * * * 7", "day-of-week"),
        ("* * * * * L", "day-of-week"),
        ("* * * L * *", "day-of-month"),
        ("? * * * * *", "seconds"),
        ("* * * * ? *", "month"),
        ("5-1 * * * * *", "ends before it begins"),
        ("1,,2 * * * * *", "seconds"),
        ("*/0 * * * * *", "step"),
        ("*/ * * * * *", "step"),
        ("1/2/3 * * * * *", "step"),
        ("1-2-3 * * * * *", "seconds"),
        ("-1 * * * * *", "seconds"),
        ("+1 * * * * *", "seconds"),
        ("٣ * * * * *", "seconds"),
        ("CRON_TZ=Moon/Base 0 0 12 * * *", "no time zone 'Moon/Base'"),
        ("CRON_TZ=Europe 0 0 12 * * *", "no time zone"),
        ("CRON_TZ=../etc/passwd 0 0 12 * * *", "no time zone"),
        ("CRON_TZ= 0 0 12 * * *", "no time zone"),
        ("TZ=Europe/Berlin 0 0 12 * * *", "7 fields"),
    ],
)
def test_what_the_guide_does_not_allow_is_refused(text: str, why: str) -> None:
    with pytest.raises(ScheduleError, match=why):
        read_schedule("Cron", text)


periods = st.builds(
    lambda unit, number: read_schedule("Rate", f"{1 + number % MOST[unit]}{unit}"),
    st.sampled_from(sorted(MOST)),
    st.integers(0, 59),
)
moments = st.timedeltas(timedelta(days=-2500), timedelta(days=2500)).map(
    lambda since: NEW_YEAR + since
)


@given(periods, moments, moments)
def test_a_rate_is_due_whole_periods_after_the_creation(
    period: Period, created_at: datetime, after: datetime
) -> None:
    found = due(period, after=after, created_at=created_at)

    start = created_at.replace(microsecond=0)
    assert found > after
    assert (found - start) % period.length == timedelta()
    assert found - period.length <= after or found == start + period.length


def values(low: int, high: int, *, few: int = 6) -> st.SearchStrategy[str]:
    """One field: items with ranges and steps."""
    number = st.integers(low, high)
    steps = st.sampled_from(["", "", "/2", "/7", "/40"])
    ranges = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    items = st.one_of(st.just("*"), number.map(str), ranges)
    item = st.tuples(items, steps).map("".join)
    return st.lists(item, min_size=1, max_size=few).map(",".join)


zones = st.sampled_from(
    [
        *("UTC", "Europe/Berlin", "Asia/Shanghai", "America/Sao_Paulo", "Asia/Kolkata"),
        *("Australia/Lord_Howe", "Pacific/Apia", "America/Santiago", "Asia/Kathmandu"),
        *("Antarctica/Troll", "Africa/Casablanca", "Pacific/Kiritimati", "Asia/Beirut"),
    ]
)
crons = st.tuples(
    values(0, 59, few=2),
    values(0, 59, few=2),
    values(0, 23),
    values(1, 31),
    values(1, 12),
    values(0, 6),
).map(" ".join)
SPAN = timedelta(days=2)


def changes_of(zone: ZoneInfo, years: range) -> list[datetime]:
    """The hours in which the offset of a zone changes."""
    hours = (datetime(year, 1, 1, tzinfo=UTC) + n * HOUR for year in years for n in range(8760))
    return [
        hour
        for hour in hours
        if hour.astimezone(zone).utcoffset() != (hour + HOUR).astimezone(zone).utcoffset()
    ]


CHANGES = {
    name: changes_of(ZoneInfo(name), range(2025, 2027))
    for name in ("Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Antarctica/Troll")
}
near_a_change = st.sampled_from(sorted(CHANGES)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.sampled_from(CHANGES[name]),
        st.integers(-30 * 3600, 5 * 3600).map(lambda seconds: timedelta(seconds=seconds)),
    ).map(lambda drawn: (drawn[0], drawn[1] + drawn[2]))
)
places = st.tuples(zones, moments) | near_a_change


def fits(cron: Cron, moment: datetime) -> bool:
    local = moment.astimezone(cron.zone)
    return (
        cron.fits_day(local)
        and local.hour in cron.hours
        and local.minute in cron.minutes
        and local.second in cron.seconds
    )


def no_earlier(cron: Cron, *, after: datetime, until: datetime) -> bool:
    """Whether no second between fits, each of them looked at where the minute may fit."""
    second = after.replace(microsecond=0) + SECOND
    while second < until:
        if fits(cron, second):
            return False
        second += SECOND
    return True


@settings(max_examples=60)
@given(crons, places)
@example("0 30 2 * * *", ("Europe/Berlin", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)))
@example("0 0 0 * * *", ("America/Santiago", datetime(2026, 9, 6, 3, tzinfo=UTC)))
@example("0 0 0 31 12 *", ("Pacific/Apia", datetime(2011, 12, 29, 12, tzinfo=UTC)))
def test_the_next_time_is_later_fits_and_is_the_first_that_does(
    text: str, place: tuple[str, datetime]
) -> None:
    zone, after = place
    cron = read_cron(text, zone=ZoneInfo(zone))

    found = cron.next_after(after)

    if found is not None:
        assert found > after
        assert fits(cron, found)
        assert found.microsecond == 0
    end = after + timedelta(hours=6)
    assert no_earlier(cron, after=after, until=end if found is None else min(found, end))


@given(crons, places)
def test_hour_by_hour_no_day_that_fits_is_passed_over(
    text: str, place: tuple[str, datetime]
) -> None:
    zone, after = place
    cron = read_cron(text, zone=ZoneInfo(zone))
    found = cron.next_after(after)
    end = after + timedelta(days=40)

    hour = (after + HOUR).replace(minute=0, second=0, microsecond=0)
    until = (end if found is None else min(found, end)) - HOUR
    while hour < until:
        local = hour.astimezone(cron.zone)
        is_whole = local.minute == 0 and (hour + HOUR).astimezone(cron.zone) - local == HOUR
        # One minute and second of a whole clock hour that fits would have been due.
        assert not (is_whole and cron.fits_day(local) and local.hour in cron.hours)
        hour += HOUR


@given(crons, zones, moments, moments)
def test_the_next_time_does_not_go_back(
    text: str, zone: str, one: datetime, other: datetime
) -> None:
    cron = read_cron(text, zone=ZoneInfo(zone))
    first, second = cron.next_after(min(one, other)), cron.next_after(max(one, other))

    if first is not None and second is not None:
        assert first <= second
        assert first == second or first <= max(one, other)


def test_a_cron_is_not_due_before_the_trigger_was_there() -> None:
    schedule = read_schedule("Cron", "0 0 * * * *")
    created_at = NEW_YEAR + timedelta(hours=5, minutes=30)

    assert due(schedule, after=NEW_YEAR, created_at=created_at) == NEW_YEAR + 6 * HOUR
