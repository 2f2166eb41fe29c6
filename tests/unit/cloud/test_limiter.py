"""The limits: how often, until when, and when a service is given up."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_functiongraph.cloud.http.in_flight import NoPlaceError
from pulumi_functiongraph.cloud.http.limiter import Limiter, RateLimit
from pulumi_functiongraph.core.errors import (
    CloudError,
    Forbidden,
    NotFound,
    Throttled,
    Unauthorized,
    Unavailable,
)
from unit.cloud.doubles import Time


def limiter(time: Time | None = None, *, deadline: float = 60.0) -> Limiter:
    clocks = (time or Time()).clocks()
    return Limiter("get the facts", deadline=deadline, clock=clocks.monotonic, sleep=clocks.sleep)


def failure(
    kind: type[CloudError], *, status: int | None = None, code: str = "", detail: str = "it broke"
) -> CloudError:
    return kind(
        operation="look", resource="the first", status=status, code=code, detail=detail, hint="Wait"
    )


def fails(error: CloudError) -> object:
    raise error


def test_nothing_is_asked_after_the_deadline() -> None:
    time = Time()
    until_ten = limiter(time, deadline=10.0)
    assert until_ten.run(lambda: 1, resource="first") == 1
    time.passed = 10.0

    with pytest.raises(Unavailable, match="could not get the facts of second: there was no time"):
        until_ten.run(lambda: 2, resource="second")


@pytest.mark.parametrize(
    "error",
    [
        failure(Unavailable),
        failure(Unavailable, status=503),
        failure(Throttled, status=429, code="APIGW.0308"),
        failure(Unauthorized, status=401, code="APIGW.0301"),
    ],
)
def test_a_service_that_fails_for_everybody_is_not_asked_again(error: CloudError) -> None:
    every = limiter()
    with pytest.raises(type(error)):
        every.run(lambda: fails(error), resource="the first", of="smn in eu-de")

    with pytest.raises(type(error)) as caught:
        every.run(lambda: pytest.fail("it was asked"), resource="other", of="smn in eu-de")

    assert caught.value.resource == "other"
    assert "not asked, because smn in eu-de failed before: it broke" in str(caught.value)
    assert (caught.value.status, caught.value.code) == (error.status, error.code)
    assert caught.value.hint == "Wait"
    assert every.run(lambda: 1, resource="x", of="smn in eu-nl") == 1


@pytest.mark.parametrize(
    "error",
    [
        failure(Unavailable, status=500, code="FSS.0500"),
        failure(Unauthorized, status=401, code="FSS.0401"),
        failure(Forbidden, status=403),
        failure(NoPlaceError),
        failure(NotFound, status=404),
    ],
)
def test_a_failure_that_may_be_about_one_thing_leaves_the_others_askable(error: CloudError) -> None:
    every = limiter()
    with pytest.raises(type(error)):
        every.run(lambda: fails(error), resource="the first", of="smn in eu-de")

    assert every.run(lambda: 1, resource="other", of="smn in eu-de") == 1


def test_a_failure_without_a_word_is_told_all_the_same() -> None:
    every = limiter()
    error = failure(Unavailable, detail="")
    with pytest.raises(Unavailable):
        every.run(lambda: fails(error), resource="the first", of="iam in eu-de")

    with pytest.raises(Unavailable, match="iam in eu-de failed before: no answer"):
        every.run(lambda: 1, resource="other", of="iam in eu-de")


def test_whoever_names_no_service_is_let_through_whatever_happened() -> None:
    every = limiter()
    with pytest.raises(Unavailable):
        every.run(lambda: fails(failure(Unavailable)), resource="the first")

    assert every.run(lambda: 1, resource="the first") == 1


def test_nobody_waits_for_a_start_beyond_the_deadline() -> None:
    time, pace = Time(), RateLimit(1)
    brief = limiter(time, deadline=0.25)
    brief.run(lambda: 1, resource="x", rate=pace)

    with pytest.raises(Unavailable, match="no time left"):
        brief.run(lambda: 2, resource="y", rate=pace)
    assert time.passed == 0.25


@given(
    pauses=st.lists(st.floats(0, 2, allow_nan=False), max_size=60),
    most=st.integers(1, 10),
)
@example(pauses=[1.9999999999999998, 0.0], most=1)  # a wait that rounds to a little over a second
def test_no_second_has_more_starts_than_allowed_and_every_start_comes(
    pauses: list[float], most: int
) -> None:
    pace, now, starts = RateLimit(most), 0.0, list[float]()
    for pause in pauses:
        now += pause
        while wait := pace.wait(now):
            assert 0 < wait <= 1 + 1e-9
            now += wait
        starts.append(now)

    assert len(starts) == len(pauses)
    for first, later in zip(starts, starts[most:], strict=False):
        assert later - first >= 1 - 1e-9


def test_a_start_is_handed_out_at_once_while_there_are_any() -> None:
    pace = RateLimit(10)

    assert [pace.wait(0.0) for _ in range(10)] == [0.0] * 10
    assert pace.wait(0.25) == 0.75
