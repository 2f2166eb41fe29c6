"""Lists that never end: they end with the time that there is, and after a number of pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.http import pages
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.precheck_client import PrecheckClient
from pulumi_functiongraph.cloud.services.agencies import Agencies
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.core.errors import NotUnderstood, Unavailable
from pulumi_functiongraph.core.graph import nodes
from unit.cloud.doubles import Time, session_to
from unit.cloud.loopback import Loopback, Reply, Seen

URN = function_urn()
TOO_MANY = 50
"""Requests after which a list that goes on is ended, so that the test fails."""


class Endless:
    """Every list has one more page; each request takes a second."""

    def __init__(self, server: Loopback) -> None:
        self.time = Time()
        self.is_same = False
        server.answer = self._answer

    def _answer(self, seen: Seen) -> Reply:
        self.time.passed += 1.0
        split = urlsplit(seen.path)
        if split.path.endswith("/domains"):
            return Reply(content={"domains": [{"id": "d0", "name": "acme"}]})
        query = parse_qs(split.query)
        if self.time.passed > TOO_MANY:
            return Reply(400, {"error_code": "FSS.0400"})
        number = int(next(query[key][0] for key in ("marker", "offset", "page") if key in query))
        name = function_urn("f0" if self.is_same else f"f{number}")
        ends = {"count": 10**9, "next_marker": number + 1}
        item = {
            "func_urn": str(name),
            "max_async_event_age_in_seconds": 60,
            "max_async_retry_attempts": 1,
        }
        topic = {"subscription_urn": str(number), "endpoint": str(name), "status": 1}
        agencies = [{"id": f"{number}-{index}", "name": "a"} for index in range(500)]
        lists = {
            "functions": {"functions": [item], **ends},
            "async-invoke-configs": {"async_invoke_configs": [item], **ends, "page_info": ends},
            "subscriptions": {"subscriptions": [topic], "subscription_count": 10**9},
            "agencies": {"agencies": agencies},
        }
        return Reply(content=lists[split.path.rpartition("/")[2]])


@pytest.fixture
def endless(server: Loopback) -> Endless:
    return Endless(server)


def walk_client(server: Loopback, time: Time) -> WalkClient:
    clock = time.clocks().monotonic
    return WalkClient(session_to(server.url), places={URN.place}, deadline=5.0, clock=clock)


def test_a_walk_lists_no_functions_after_its_deadline(server: Loopback, endless: Endless) -> None:
    events = nodes.stream("events", region=REGION, project_id=PROJECT)

    with pytest.raises(Unavailable, match="there was no time left"):
        walk_client(server, endless.time).triggered_by(events)

    assert len(server.seen) == 5


def test_a_walk_lists_no_subscriptions_after_its_deadline(
    server: Loopback, endless: Endless
) -> None:
    with pytest.raises(Unavailable, match=f"{TOPIC}: there was no time left"):
        walk_client(server, endless.time).triggered_by(nodes.topic(TOPIC))

    assert len(server.seen) == 5


def test_a_precheck_lists_no_agencies_after_its_deadline(
    server: Loopback, endless: Endless
) -> None:
    session = session_to(server.url, cloud="huawei")
    clocks = endless.time.clocks()
    facts = PrecheckClient(session, deadline=5.0, clocks=clocks)

    with pytest.raises(Unavailable, match="there was no time left"):
        facts.agency("absent", region=REGION)

    assert len(server.seen) == 5


LISTS: dict[str, Callable[[Session], object]] = {
    "functions": lambda s: list(FunctionGraph(s).list_functions(region=REGION, project_id=PROJECT)),
    "configs": lambda s: FunctionGraph(s).list_async_configs(URN),
    "subscriptions": lambda s: Smn(s).list_subscriptions(TOPIC),
    "agencies": lambda s: Agencies(s).list_agencies("d0", region=REGION),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_without_an_end_is_not_understood(
    server: Loopback, endless: Endless, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 7)

    with pytest.raises(NotUnderstood, match="the list does not end within 7 pages"):
        LISTS[name](session_to(server.url, cloud="huawei"))

    assert len(server.seen) == 7


@pytest.mark.parametrize("name", ["functions", "configs"])
def test_a_further_page_that_is_the_same_again_is_not_understood(
    server: Loopback, endless: Endless, name: str
) -> None:
    endless.is_same = True

    with pytest.raises(NotUnderstood, match="next_marker leads to the same page again"):
        LISTS[name](session_to(server.url))

    assert len(server.seen) == 2
