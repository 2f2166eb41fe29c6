"""The one limit of requests in flight."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from pulumi_functiongraph.cloud.http.in_flight import NoPlaceError, RequestsInFlight
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.errors import Unavailable
from unit.cloud.doubles import USER, call, settings_for
from unit.cloud.loopback import Loopback, Reply, Seen

PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""
LONG_ENOUGH = 0.1
"""Seconds for one too many to show itself, if there is one."""
TOKEN = {
    "token": {
        "methods": ["password"],
        "expires_at": "2126-01-01T00:00:00.000000Z",
        "issued_at": "2026-01-01T00:00:00.000000Z",
        "user": {"id": "u", "name": "developer", "domain": {"id": "d", "name": "acme"}},
    }
}


def session(server: Loopback, places: RequestsInFlight, **more: Any) -> Session:
    return Session(settings_for(server.url, **more), deadline=PATIENCE, in_flight=places)


def test_no_more_than_so_many_are_under_way() -> None:
    places = RequestsInFlight(3)
    changed, under_way, most = threading.Condition(), 0, 0

    def ask(_number: int) -> None:
        nonlocal under_way, most
        with places.place("look", "a thing", seconds=PATIENCE), changed:
            under_way += 1
            most = max(most, under_way)
            changed.notify_all()
            assert changed.wait_for(lambda: most >= 3, PATIENCE)
            changed.wait_for(lambda: most > 3, LONG_ENOUGH)
            under_way -= 1

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(ask, range(9)))

    assert most == 3


def test_whoever_gets_no_place_in_time_is_told_that_nothing_was_asked() -> None:
    places = RequestsInFlight(1)

    with (
        places.place("look", "the first", seconds=PATIENCE),
        pytest.raises(NoPlaceError, match="could not look of the second: it was not asked"),
        places.place("look", "the second", seconds=0.01),
    ):
        pytest.fail("there was a place")


def test_a_place_goes_to_whoever_has_waited_longest() -> None:
    places, order, waiting = RequestsInFlight(1), list[str](), list[threading.Thread]()

    def ask(name: str) -> None:
        with places.place("look", name, seconds=PATIENCE):
            order.append(name)

    with places.place("look", "the holder", seconds=PATIENCE):
        for name in ("first", "second", "third"):
            waiting.append(threading.Thread(target=ask, args=(name,)))
            waiting[-1].start()
            until = time.monotonic() + PATIENCE
            while len(places._waiting) < len(waiting) and time.monotonic() < until:
                time.sleep(0.001)
    ask("the holder, again")
    for each in waiting:
        each.join(PATIENCE)

    assert order == ["first", "second", "third", "the holder, again"]


def test_no_place_is_lost_or_made_up_by_those_who_stop_waiting() -> None:
    places, held = RequestsInFlight(4), 0
    lock, most = threading.Lock(), 0

    def ask(number: int) -> bool:
        nonlocal held, most
        try:
            with places.place("look", "x", seconds=number % 5 / 1000):
                with lock:
                    held += 1
                    most = max(most, held)
                time.sleep(0.0005)
                with lock:
                    held -= 1
        except NoPlaceError:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        given = list(pool.map(ask, range(2_000)))

    assert most == 4
    assert {True, False} == set(given)
    with ExitStack() as four:
        for _ in range(4):
            four.enter_context(places.place("look", "x", seconds=0))
        with pytest.raises(NoPlaceError), places.place("look", "x", seconds=0):
            pytest.fail("there was a fifth place")


def test_a_place_is_free_again_after_an_error() -> None:
    places = RequestsInFlight(1)
    with pytest.raises(ZeroDivisionError), places.place("look", "x", seconds=PATIENCE):
        _ = 1 / 0

    with places.place("look", "x", seconds=0.01):
        pass


def test_sessions_with_one_limit_share_its_places(server: Loopback) -> None:
    places = RequestsInFlight(1)
    lock, under_way, most = threading.Lock(), 0, 0

    def answer(_seen: Seen) -> Reply:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(LONG_ENOUGH)
        with lock:
            under_way -= 1
        return Reply(content={})

    server.answer = answer
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: each.send(call()), [session(server, places) for _ in range(2)]))

    assert most == 1


def test_a_token_needs_no_place_of_its_own(server: Loopback) -> None:
    issued = Reply(201, TOKEN, {"X-Subject-Token": "a token"})
    server.replies(issued, Reply(content={}))

    assert session(server, RequestsInFlight(1), credentials=USER).send(call()).status == 200


def test_a_request_that_hangs_leaves_its_place_at_the_end_of_its_time(server: Loopback) -> None:
    places = RequestsInFlight(1)
    server.replies(Reply(trouble="hang"), Reply(content={}))

    with pytest.raises(Unavailable):
        session(server, places).send(call(), deadline=LONG_ENOUGH)

    assert session(server, places).send(call()).status == 200


def test_a_call_waits_for_a_place_no_longer_than_it_may_take(server: Loopback) -> None:
    places = RequestsInFlight(1)

    with (
        places.place("look", "the first", seconds=PATIENCE),
        pytest.raises(NoPlaceError, match="it was not asked"),
    ):
        session(server, places).send(call(), deadline=LONG_ENOUGH)

    assert not server.seen
