"""Which attempts are made again, when, and for how long."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.cloud.http.call import Method
from pulumi_functiongraph.cloud.http.http_errors import skew_of
from pulumi_functiongraph.cloud.http.retries import FIRST_WAIT, LONGEST_WAIT, retry_after
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.errors import (
    CloudError,
    Conflict,
    Forbidden,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
)
from unit.cloud.doubles import NOW, Time, call, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply

OK = Reply(content={"well": True})
BUSY = Reply(429, {"error_code": "APIG.0308", "error_msg": "The throttling threshold is reached"})


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_passing_trouble_is_tried_again(server: Loopback, status: int, method: Method) -> None:
    server.replies(Reply(status), Reply(status), OK)
    time = Time()

    answer = session_to(server.url, clocks=time.clocks()).send(call(method))

    assert answer.content == {"well": True}
    assert server.methods == [method] * 3
    assert time.slept == [FIRST_WAIT, 2 * FIRST_WAIT]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Rejected), (403, Forbidden), (404, NotFound), (409, Conflict), (413, Rejected)],
)
def test_what_a_retry_cannot_mend_is_asked_once(
    server: Loopback, status: int, kind: type[CloudError]
) -> None:
    server.replies(Reply(status, {"error_code": "FSS.0000", "error_msg": "no"}))
    time = Time()

    with pytest.raises(kind):
        session_to(server.url, clocks=time.clocks()).send(call())

    assert len(server.seen) == 1
    assert time.slept == []


def test_500_is_tried_twice_more_and_no_oftener(server: Loopback) -> None:
    server.replies(Reply(500, {"error_code": "FSS.0500", "error_msg": "Internal error"}))

    with pytest.raises(Unavailable, match="Tried 3 times") as caught:
        session_to(server.url).send(call("PUT", body={}))

    assert caught.value.code == "FSS.0500"
    assert len(server.seen) == 3


def test_500_once_is_survived(server: Loopback) -> None:
    server.replies(Reply(500, {"error_code": "FSS.0500"}), OK)

    assert session_to(server.url).send(call("DELETE")).content == {"well": True}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_post_that_may_have_worked_is_not_sent_twice(server: Loopback, status: int) -> None:
    server.replies(Reply(status), OK)

    with pytest.raises(Unavailable):
        session_to(server.url).send(call("POST", body={}))

    assert len(server.seen) == 1


def test_a_post_that_was_refused_for_its_rate_is_sent_again(server: Loopback) -> None:
    server.replies(BUSY, OK)

    assert session_to(server.url).send(call("POST", body={})).status == 200


def test_a_post_whose_connection_broke_is_not_sent_twice(server: Loopback) -> None:
    server.replies(Reply(trouble="reset"), OK)

    with pytest.raises(Unavailable):
        session_to(server.url).send(call("POST", body={}))

    assert len(server.seen) == 1


def test_retry_after_in_seconds_is_obeyed(server: Loopback) -> None:
    server.replies(Reply(429, headers={"Retry-After": "37"}), OK)
    time = Time()

    session_to(server.url, clocks=time.clocks()).send(call())

    assert time.slept == [37]


def test_retry_after_as_a_date_is_obeyed(server: Loopback) -> None:
    later = format_datetime(NOW.replace(minute=1), usegmt=True)
    server.replies(Reply(503, headers={"Retry-After": later}), OK)
    time = Time()

    session_to(server.url, clocks=time.clocks(), deadline=90).send(call())

    assert time.slept == [60]


def test_a_wait_beyond_the_deadline_is_not_begun(server: Loopback) -> None:
    server.replies(Reply(429, headers={"Retry-After": "3600"}))
    time = Time()

    with pytest.raises(Throttled, match="asks to wait 3,600 seconds"):
        session_to(server.url, clocks=time.clocks()).send(call())

    assert time.slept == []
    assert len(server.seen) == 1


def test_the_deadline_covers_all_attempts(server: Loopback) -> None:
    server.replies(Reply(503))
    time = Time()

    with pytest.raises(Unavailable):
        session_to(server.url, clocks=time.clocks(), deadline=10).send(call())

    assert sum(time.slept) < 10
    assert time.slept == [0.5, 1, 2, 4]


def test_a_call_may_have_a_deadline_of_its_own(server: Loopback) -> None:
    server.replies(Reply(503))
    time = Time()

    with pytest.raises(Unavailable):
        session_to(server.url, clocks=time.clocks()).send(call(), deadline=1)

    assert time.slept == [0.5]


def test_no_call_goes_on_beyond_the_end_of_the_session(server: Loopback) -> None:
    server.replies(BUSY)
    time = Time()
    session = Session(settings_for(server.url), clocks=time.clocks(), deadline=60.0, until=10.0)

    with pytest.raises(Throttled):
        session.send(call())

    assert time.passed < 10


def test_attempts_end_in_any_case(server: Loopback) -> None:
    server.replies(BUSY)
    time = Time()

    with pytest.raises(Throttled, match="Tried 8 times in 0 seconds"):
        session_to(server.url, clocks=time.clocks(chance=0.0)).send(call())

    assert len(server.seen) == 8


def test_waits_are_random_up_to_a_doubling_limit(server: Loopback) -> None:
    server.replies(Reply(503))
    time = Time()

    with pytest.raises(Unavailable):
        session_to(server.url, clocks=time.clocks(chance=0.5), deadline=3600).send(call())

    assert time.slept == [0.25, 0.5, 1, 2, 4, 8, LONGEST_WAIT / 2]


def test_every_attempt_is_signed_anew(server: Loopback) -> None:
    server.replies(Reply(503), Reply(503, headers={"Retry-After": "40"}), OK)

    session_to(server.url).send(call())

    dates = [seen.headers["x-sdk-date"] for seen in server.seen]
    assert dates == ["20260101T000000Z", "20260101T000000Z", "20260101T000040Z"]
    assert len({seen.headers["authorization"] for seen in server.seen}) == 2


def test_a_lost_connection_is_tried_again(server: Loopback) -> None:
    server.replies(Reply(trouble="reset"), Reply(trouble="truncate", content={}), OK)

    assert session_to(server.url).send(call()).content == {"well": True}
    assert len(server.seen) == 3


@given(st.text(max_size=40))
def test_no_retry_after_however_odd_stops_a_run(text: str) -> None:
    seconds = retry_after({"retry-after": text}, now=NOW)

    assert seconds >= 0


@pytest.mark.parametrize(
    "said",
    [
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "²",
        "9" * 5_000,
        "soon",
        "",
    ],
)
def test_an_odd_retry_after_asks_for_no_wait_that_has_no_end(said: str) -> None:
    waited = retry_after({"retry-after": said}, now=datetime(2024, 1, 1, tzinfo=UTC))
    assert waited >= 0
    skew_of({"date": said}, now=datetime(2024, 1, 1, tzinfo=UTC))
