"""What is deployed, as a walk asks for it: what it finds, what it costs, and how much at once."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import pytest

from factories import OTHER_PROJECT, PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.walk_client import Scope, WalkClient
from pulumi_functiongraph.core.errors import NotFound, Unavailable
from pulumi_functiongraph.core.graph import nodes
from pulumi_functiongraph.core.graph.nodes import Node
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.core.targets import Bucket, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Publication, Unfollowed
from pulumi_functiongraph.operations.walk import LiveNotifications, walk
from unit.cloud.doubles import Time, session_to
from unit.cloud.loopback import Loopback, Reply, Seen

PLACE = (REGION, PROJECT)
PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""
LONG_ENOUGH = 0.1
"""Seconds for a request too many to show itself, if there is one."""


def bucket_trigger(name: str, prefix: str = "", **changes: object) -> dict[str, object]:
    event_data = {"bucket": name, "prefix": prefix, "events": ["s3:ObjectCreated:*"]}
    return {
        "trigger_type_code": "OBS",
        "trigger_status": "ACTIVE",
        "event_data": event_data,
        **changes,
    }


def stream_trigger(name: str) -> dict[str, object]:
    return {"trigger_type_code": "DIS", "event_data": {"stream_name": name}}


def config_of(urn: FunctionUrn, target: FunctionUrn | None = None) -> dict[str, object]:
    param = f'{{"func_urn": "{target}"}}'
    on_success = {"destination": "FunctionGraph", "param": param} if target else None
    return {
        "func_urn": str(urn),
        "max_async_event_age_in_seconds": 60,
        "max_async_retry_attempts": 1,
        "destination_config": {"on_success": on_success},
    }


def notification(told: str) -> Reply:
    """What OBS answers about a bucket's notifications."""
    body = f"<NotificationConfiguration>{told}</NotificationConfiguration>"
    return Reply(raw=body.encode(), headers={"Content-Type": "application/xml"})


@dataclass
class Account:
    """Scripted functions; every request is counted by what it asks, and how many are under way."""

    server: Loopback
    functions: list[FunctionUrn] = field(default_factory=list)
    triggers: dict[FunctionUrn, list[dict[str, object]]] = field(default_factory=dict)
    configs: list[FunctionUrn] = field(default_factory=list)
    targets: dict[FunctionUrn, FunctionUrn] = field(default_factory=dict)
    aliases: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    subscribed: dict[str, list[FunctionUrn]] = field(default_factory=dict)
    notified: dict[str, str] = field(default_factory=dict)
    refused: Mapping[str, Reply] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    too_many: int = 0
    under_way: int = 0
    most: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.server.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        split = urlsplit(seen.path)
        asked_of_obs = "?notification" if split.query == "notification" else ""
        path = unquote(split.path) + asked_of_obs
        with self.changed:
            self.asked[path] += 1
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self.changed.notify_all()
            if self.too_many and not path.endswith("/functions"):
                assert self.changed.wait_for(lambda: self.most >= self.too_many - 1, PATIENCE)
                self.changed.wait_for(lambda: self.most >= self.too_many, LONG_ENOUGH)
            self.under_way -= 1
        for part, reply in self.refused.items():
            if part in path:
                return reply
        if path.endswith("?notification"):
            return notification(self.notified.get(path.strip("/").partition("?")[0], ""))
        return self._answer(path.split("/")[2:])

    def _answer(self, path: list[str]) -> Reply:
        missing = Reply(404, {"error_code": "FSS.1051"})
        match path:
            case [project, "fgs", "functions"]:
                mine = [urn for urn in self.functions if urn.project_id == project]
                listed = [{"func_urn": urn.function, "version": "latest"} for urn in mine]
                content: object = {"functions": listed, "next_marker": 0, "count": len(mine)}
            case [_, "fgs", "triggers", urn]:
                content = self.triggers.get(FunctionUrn.parse(urn), [])
            case [_, "fgs", "functions", urn, "async-invoke-configs"]:
                found = [config_of(each) for each in self.configs if each.function == urn]
                end = {"next_marker": 0}
                content = {"async_invoke_configs": found, "count": len(found), "page_info": end}
            case [_, "fgs", "functions", urn, "async-invoke-config"]:
                source = FunctionUrn.parse(urn)
                target = self.targets.get(source)
                content = config_of(source, target) if target else missing
            case [_, "fgs", "functions", urn, "aliases"]:
                content = self.aliases.get(urn, [])
            case [_, "notifications", "topics", urn, "subscriptions"]:
                known = urn in self.subscribed
                endpoints = [str(each) for each in self.subscribed.get(urn, [])]
                items = [{"endpoint": each, "status": 1} for each in endpoints]
                listing = {"subscriptions": items, "subscription_count": len(items)}
                content = listing if known else Reply(404, {"code": "SMN.0006"})
            case _:
                raise AssertionError(path)
        return content if isinstance(content, Reply) else Reply(content=content)

    def asked_about(self, leaf: str) -> int:
        return sum(number for path, number in self.asked.items() if leaf in path)


@pytest.fixture
def account(server: Loopback) -> Account:
    return Account(server)


def cloud_of(
    account: Account,
    *,
    places: Iterable[tuple[str, str]] = (PLACE,),
    declared: Iterable[FunctionUrn] = (),
    topics_by_triggers: bool = False,
    scope: Scope = "all",
) -> WalkClient:
    session = session_to(account.server.url)
    return WalkClient(
        session,
        places={*places},
        declared=[*declared],
        topics_by_triggers=topics_by_triggers,
        scope=scope,
    )


def fired(cloud: WalkClient, node: Node) -> list[FunctionUrn]:
    found = cloud.triggered_by(node)
    return sorted(each.function_urn for each in found if isinstance(each, FunctionTrigger))


def unfollowed(cloud: WalkClient, node: Node) -> str:
    found = cloud.triggered_by(node)
    (told,) = (each.what for each in found if isinstance(each, Unfollowed))
    return told


def test_it_is_what_a_walk_asks(account: Account) -> None:
    a, b, prod = function_urn("a"), function_urn("b"), function_urn("b", version="v1")
    account.targets = {a: b}

    source: LiveNotifications = cloud_of(account)

    found = walk(source, [nodes.function(a)], deadline=60.0, clock=lambda: 0.0)
    assert [(edge.source.key, edge.target.key) for edge in found.edges] == [(str(a), str(b))]
    assert source.get_async_config(prod) is None


def test_a_topic_triggers_its_subscribers_and_asks_for_nothing_else(account: Account) -> None:
    one, other = function_urn("one"), function_urn("other", version="v1")
    account.subscribed = {TOPIC: [one, other]}

    assert fired(cloud_of(account), nodes.topic(TOPIC)) == [one, other]
    assert account.asked.total() == 1


def topic_trigger(event_data: object) -> dict[str, object]:
    return {"trigger_type_code": "SMN", "trigger_status": "ACTIVE", "event_data": event_data}


def test_a_trigger_tells_of_a_topic_whose_own_list_does_not_have_it(account: Account) -> None:
    one, other, third = map(function_urn, ("one", "other", "third"))
    account.functions = [one, other, third]
    account.subscribed = {TOPIC: [one]}
    account.triggers = {
        one: [topic_trigger({"topic_urn": TOPIC})],
        other: [topic_trigger({"topic_urn": TOPIC})],
        third: [topic_trigger({"topic_urn": f"{TOPIC}2"})],
    }
    cloud = cloud_of(account, topics_by_triggers=True)

    assert fired(cloud, nodes.topic(TOPIC)) == [one, other]
    later = cloud.later(places=[PLACE], declared=(), deadline=math.inf)
    assert fired(later, nodes.topic(TOPIC)) == [one, other]


@pytest.mark.parametrize("event_data", [None, {}, {"topic_urn": None}, "none"])
def test_a_trigger_that_does_not_name_its_topic_may_be_of_any(
    account: Account, event_data: object
) -> None:
    urn = function_urn("one")
    account.functions, account.configs = [urn], [urn]
    account.triggers = {urn: [topic_trigger(event_data)]}
    cloud = cloud_of(account, topics_by_triggers=True)

    assert "an SMN trigger" in unfollowed(cloud, nodes.topic(TOPIC))
    assert cloud.triggered_by(nodes.bucket("results")) == ()


def test_triggers_that_may_not_be_read_are_told_with_the_subscribers_that_are_known(
    account: Account,
) -> None:
    urn = function_urn("one")
    account.subscribed = {TOPIC: [urn]}
    account.refused = {"/fgs/functions": Reply(403, {"error_code": "FSS.0403"})}
    cloud = cloud_of(account, topics_by_triggers=True)

    assert fired(cloud, nodes.topic(TOPIC)) == [urn]
    assert "FunctionGraph:function:list" in unfollowed(cloud, nodes.topic(TOPIC))


def test_a_missing_topic_triggers_nothing_where_we_are_at_home(account: Account) -> None:
    assert cloud_of(account).triggered_by(nodes.topic(TOPIC)) == ()


def test_a_topic_of_another_account_that_looks_missing_is_not_taken_for_silent(
    account: Account,
) -> None:
    foreign = f"urn:smn:{REGION}:{OTHER_PROJECT}:alerts"

    with pytest.raises(NotFound):
        cloud_of(account).triggered_by(nodes.topic(foreign))


def test_a_bucket_triggers_the_functions_whose_prefix_meets_its_own(account: Account) -> None:
    urns = [function_urn(name) for name in ("all", "deeper", "higher", "beside", "elsewhere")]
    everything, deeper, higher, beside, elsewhere = urns
    account.functions = urns
    account.triggers = {
        everything: [bucket_trigger("results")],
        deeper: [bucket_trigger("results", "in/2/x")],
        higher: [bucket_trigger("results", "i")],
        beside: [bucket_trigger("results", "out/"), bucket_trigger("results", "/in/")],
        elsewhere: [bucket_trigger("other")],
    }
    cloud = cloud_of(account)

    met = [deeper, everything, higher]
    assert fired(cloud, nodes.bucket("results", prefix="in/2")) == sorted(met)
    assert fired(cloud, nodes.bucket("results", prefix="out/1")) == sorted([everything, beside])
    assert len(fired(cloud, nodes.bucket("results", prefix=None))) == 5
    assert cloud.triggered_by(nodes.bucket("nobody-listens")) == ()


def test_a_stream_is_looked_for_in_its_own_project_only(account: Account) -> None:
    here, there = function_urn("f"), function_urn("f", project_id=OTHER_PROJECT)
    account.functions = [here, there]
    account.triggers = {key: [stream_trigger("events")] for key in (here, there)}
    cloud = cloud_of(account, places=())

    stream = nodes.stream("events", region=REGION, project_id=OTHER_PROJECT)
    assert fired(cloud, stream) == [there]
    assert account.asked_about(PROJECT) == 0
    assert fired(cloud, nodes.stream("events", region=REGION, project_id=PROJECT)) == [here]


def test_a_bucket_is_looked_for_in_every_place_of_the_walk(account: Account) -> None:
    here, there = function_urn("f"), function_urn("f", project_id=OTHER_PROJECT)
    account.functions = [here, there]
    account.triggers = {key: [bucket_trigger("results")] for key in (here, there)}

    both = cloud_of(account, places=[PLACE, (REGION, OTHER_PROJECT)])

    assert fired(both, nodes.bucket("results")) == sorted([here, there])
    (told,) = cloud_of(account, places=()).triggered_by(nodes.bucket("results"))
    assert isinstance(told, Unfollowed)


@pytest.mark.parametrize("number", [1, 40])
def test_the_first_bucket_costs_two_requests_a_function_and_the_others_none(
    account: Account, number: int
) -> None:
    account.functions = [function_urn(f"f{index}") for index in range(number)]
    account.triggers = {urn: [bucket_trigger("results")] for urn in account.functions}
    cloud = cloud_of(account)

    assert len(fired(cloud, nodes.bucket("results"))) == number
    assert account.asked.total() == 1 + 1 + 2 * number
    cloud.triggered_by(nodes.bucket("results", prefix="x"))
    cloud.triggered_by(nodes.stream("events", region=REGION, project_id=PROJECT))
    assert account.asked.total() == 1 + 1 + 2 * number
    cloud.triggered_by(nodes.bucket("other"))
    assert account.asked.total() == 1 + 1 + 1 + 2 * number
    assert set(account.asked.values()) == {1}


def test_where_cycles_are_looked_for_a_function_without_a_config_costs_one_request(
    account: Account,
) -> None:
    silent = [function_urn(f"silent{index}") for index in range(40)]
    passing, declared = function_urn("passing"), function_urn("declared")
    account.functions = [*silent, passing, declared]
    account.configs = [passing]
    account.triggers = {urn: [bucket_trigger("results")] for urn in account.functions}
    cloud = cloud_of(account, declared=[declared], scope="cycles")

    assert fired(cloud, nodes.bucket("results")) == sorted([passing, declared])
    assert account.asked.total() == 1 + 1 + 40 + 2 * 3
    later = cloud.later(places=[PLACE], declared=[declared, silent[0]], deadline=math.inf)
    assert fired(later, nodes.bucket("results")) == sorted([passing, declared, silent[0]])
    assert account.asked.total() == 1 + 1 + 40 + 2 * 3 + 2


def test_where_only_targets_are_asked_a_bucket_tells_what_it_does_and_the_rest_is_unknown(
    account: Account,
) -> None:
    urn = function_urn()
    account.functions, account.configs = [urn], [urn]
    account.triggers = {urn: [bucket_trigger("results"), stream_trigger("events")]}
    account.notified = {"results": TO_TOPIC}
    account.subscribed = {TOPIC: [urn]}
    cloud = cloud_of(account, declared=[urn], scope="targets")
    start = [nodes.bucket("results"), nodes.stream("events", region=REGION, project_id=PROJECT)]

    found = walk(cloud, start, deadline=60.0, clock=lambda: 0.0)

    assert [edge.target.key for edge in found.edges] == [TOPIC, str(urn)]
    assert len(found.unreadable) == 2
    assert all("were not asked" in why for why in found.unreadable.values())
    assert all("functiongraph:liveGraph" in why for why in found.unreadable.values())
    # The bucket, its topic, and the config of the function that the topic triggers.
    assert account.asked.total() == 3


def test_a_config_that_a_list_had_is_not_asked_for_again(account: Account) -> None:
    v1 = function_urn(version="v1")
    account.functions, account.configs = [v1.latest], [v1]
    cloud = cloud_of(account)
    cloud.triggered_by(nodes.bucket("results"))
    before = account.asked.total()

    live = cloud.get_async_config(v1)
    assert live is not None
    assert live.config.function_urn == v1
    assert cloud.get_async_config(v1.latest) is None
    later = cloud.later(places=(), declared=(), deadline=60.0)
    assert later.get_async_config(v1) == live
    assert account.asked.total() == before


def test_versions_and_aliases_are_asked_where_a_config_is_behind_them(account: Account) -> None:
    latest = function_urn()
    v1, v2 = function_urn(version="v1"), function_urn(version="v2")
    prod, old = (function_urn(version=name, is_alias=True) for name in ("prod", "old"))
    account.functions = [latest]
    account.configs = [v1]
    account.aliases = {
        latest.function: [{"name": "prod", "version": "v1"}, {"name": "old", "version": "v2"}]
    }
    every = (latest, v1, v2, prod, old)
    account.triggers = {key: [bucket_trigger("results")] for key in every}

    assert fired(cloud_of(account), nodes.bucket("results")) == sorted([latest, v1, prod])
    assert account.asked.total() == 1 + 1 + 2 + 1 + 1 + 1
    declared = cloud_of(account, declared=[v2])
    assert fired(declared, nodes.bucket("results")) == sorted(every)


def test_aliases_of_a_function_are_asked_for_once(account: Account) -> None:
    prod = function_urn(version="prod", is_alias=True)
    account.aliases = {prod.function: [{"name": "prod", "version": "v1"}]}
    cloud = cloud_of(account)

    first, second = cloud.list_aliases(prod), cloud.list_aliases(function_urn())

    assert first == second
    assert [alias.urn for alias in first] == [prod]
    assert account.asked.total() == 1


def test_a_later_walk_lists_the_triggers_of_what_is_declared_since_and_nothing_again(
    account: Account,
) -> None:
    a, v2 = function_urn("a"), function_urn("a", version="2")
    account.functions = [a]
    account.configs = [a]
    account.triggers = {v2: [bucket_trigger("results")]}
    first = cloud_of(account, declared=[a])
    assert fired(first, nodes.bucket("results")) == []
    before = account.asked.total()

    same = first.later(places=[PLACE], declared=[a], deadline=math.inf)
    assert fired(same, nodes.bucket("results")) == []
    assert account.asked.total() == before

    more = same.later(places=[PLACE], declared=[a, v2], deadline=math.inf)
    assert fired(more, nodes.bucket("results")) == [v2]
    assert account.asked.total() == before + 1


def test_a_later_walk_sees_the_triggers_of_a_function_made_since(account: Account) -> None:
    made = function_urn("made")
    first = cloud_of(account)
    assert fired(first, nodes.bucket("results")) == []
    account.functions = [made]
    account.triggers = {made: [bucket_trigger("results")]}

    later = first.later(places=[PLACE], declared=[made], deadline=math.inf)
    assert fired(later, nodes.bucket("results")) == [made]
    assert account.asked_about("/functions") - account.asked_about("/functions/") == 1


def test_a_later_walk_asks_again_what_failed_but_not_what_is_not_permitted(
    account: Account,
) -> None:
    a, b = function_urn("a"), function_urn("b")
    account.functions = [a, b]
    account.refused = {
        f"triggers/{a}": Reply(400, {"error_code": "FSS.0400"}),
        f"triggers/{b}": Reply(403, {"error_code": "FSS.0403"}),
    }
    first = cloud_of(account)
    assert "HTTP 4" in unfollowed(first, nodes.bucket("results"))
    later = first.later(places=[PLACE], declared=[], deadline=math.inf)
    with account.changed:  # whichever failed first, both are asked
        assert account.changed.wait_for(lambda: account.asked_about(f"triggers/{b}") == 1, 10)
        assert account.changed.wait_for(lambda: account.asked_about(f"triggers/{a}") == 1, 10)
        account.refused = {}
    assert "HTTP 403" in unfollowed(later, nodes.bucket("results"))
    assert account.asked_about(f"triggers/{a}") == 2
    assert account.asked_about(f"triggers/{b}") == 1


def test_a_disabled_trigger_triggers_nothing(account: Account) -> None:
    account.functions = [function_urn()]
    account.triggers = {function_urn(): [bucket_trigger("results", trigger_status="DISABLED")]}

    assert cloud_of(account).triggered_by(nodes.bucket("results")) == ()


def test_a_function_that_goes_while_its_triggers_are_read_has_none(account: Account) -> None:
    stays, goes = function_urn("stays"), function_urn("goes")
    account.functions = [stays, goes]
    account.triggers = {key: [bucket_trigger("results")] for key in (stays, goes)}
    account.refused = {":goes": Reply(404, {"error_code": "FSS.1051"})}

    assert fired(cloud_of(account), nodes.bucket("results")) == [stays]


def test_a_function_that_may_not_be_read_makes_every_bucket_unreadable_and_is_asked_once(
    account: Account,
) -> None:
    account.functions = [function_urn(name) for name in ("open", "closed")]
    account.refused = {"triggers": Reply(403, {"error_code": "FSS.0403"})}
    cloud = cloud_of(account)

    for name in ("results", "other"):
        told = unfollowed(cloud, nodes.bucket(name))
        assert "could not list the triggers" in told
        assert "listSpecifiedFunctionTriggers" in told

    assert account.asked_about("/triggers/") in {1, 2}
    assert set(account.asked.values()) == {1}


def test_a_node_of_any_other_kind_triggers_nothing(account: Account) -> None:
    assert cloud_of(account).triggered_by(nodes.other("PIGEON")) == ()
    assert account.asked.total() == 0


def test_nothing_is_asked_after_the_deadline(account: Account) -> None:
    passed = [0.0]
    session = session_to(account.server.url)
    cloud = WalkClient(
        session,
        places={PLACE},
        deadline=60.0,
        clock=lambda: passed[0],
    )
    account.subscribed = {TOPIC: []}
    assert cloud.triggered_by(nodes.topic(TOPIC)) == ()
    passed[0] = 60.0

    with pytest.raises(Unavailable, match="no time left"):
        cloud.triggered_by(nodes.topic(TOPIC))
    with pytest.raises(Unavailable, match="no time left"):
        cloud.triggered_by(nodes.bucket("results"))
    assert account.asked.total() == 1


def test_a_scan_whose_time_is_over_stops_in_the_middle(account: Account) -> None:
    """Its threads would else keep the program from ending."""
    session = session_to(account.server.url)
    account.functions = [function_urn(f"f{index}") for index in range(50)]
    cloud = WalkClient(
        session,
        places={PLACE},
        deadline=10.0,
        clock=lambda: float(account.asked.total()),
    )

    assert "no time left" in unfollowed(cloud, nodes.bucket("results"))

    assert account.asked.total() < 10 + REQUESTS_IN_FLIGHT


def test_threads_that_wait_for_the_same_listing_get_on_and_sixteen_requests_are_sent_at_once(
    account: Account,
) -> None:
    """As in a walk, whose threads ask for configs while others wait for one and the same scan."""
    account.too_many = REQUESTS_IN_FLIGHT + 1
    account.functions = [function_urn(f"f{index}") for index in range(20)]
    account.triggers = {urn: [bucket_trigger("results")] for urn in account.functions}
    cloud = cloud_of(account, places=[PLACE, (REGION, OTHER_PROJECT)])
    asked = [nodes.bucket("results", prefix=f"p{index}") for index in range(16)]

    with ThreadPoolExecutor(2 * REQUESTS_IN_FLIGHT) as pool:
        found = [pool.submit(cloud.triggered_by, one) for one in asked]
        configs = [pool.submit(cloud.get_async_config, urn) for urn in account.functions]
        assert {len(each.result(timeout=60)) for each in found} == {20}
        assert all(each.result(timeout=60) is None for each in configs)

    assert set(account.asked.values()) == {1}
    assert account.most == REQUESTS_IN_FLIGHT


def test_declared_functions_wait_neither_for_the_list_nor_for_the_bucket(account: Account) -> None:
    declared = function_urn("declared")
    account.triggers = {declared: [bucket_trigger("results")]}
    aliases = f"/v2/{PROJECT}/fgs/functions/{declared.function}/aliases"

    def answer(seen: Seen) -> Reply:
        path = unquote(urlsplit(seen.path).path)
        if path.endswith("/functions") or "notification" in seen.path:
            with account.changed:
                assert account.changed.wait_for(lambda: account.asked[aliases], PATIENCE)
        return account.answer(seen)

    account.server.answer = answer
    cloud = cloud_of(account, declared=[declared])
    assert fired(cloud, nodes.bucket("results")) == [declared]


def test_a_walk_over_many_buckets_gets_through(account: Account) -> None:
    start, busy = function_urn("start"), function_urn("busy")
    account.functions = [start, busy]
    account.triggers = {
        start: [bucket_trigger("results", f"p{index}/") for index in range(40)],
        busy: [stream_trigger(f"s{index}") for index in range(40)],
    }
    nodes_asked = [nodes.bucket("results", prefix=f"p{index}/") for index in range(40)]
    nodes_asked += [
        nodes.stream(f"s{index}", region=REGION, project_id=PROJECT) for index in range(40)
    ]

    found = walk(cloud_of(account), nodes_asked, deadline=60.0, clock=lambda: 0.0)

    assert len(found.edges) == 80
    assert found.unreadable == {}
    assert {edge.target.key for edge in found.edges} == {str(start), str(busy)}


def test_equal_triggers_are_told_once(account: Account) -> None:
    account.functions = [function_urn()]
    account.triggers = {function_urn(): [bucket_trigger("results")] * 2}

    [trigger] = cloud_of(account).triggered_by(nodes.bucket("results"))

    assert isinstance(trigger, FunctionTrigger)


def test_a_walk_waits_as_long_as_a_cloud_asks_it_to_and_then_reads_on(account: Account) -> None:
    one, other = function_urn("f0"), function_urn("f1")
    account.targets = {one: other, other: one}
    server, answer = account.server, account.answer
    waiting = [Reply(429, headers={"Retry-After": "7"})]
    server.answer = lambda seen: waiting.pop() if waiting else answer(seen)
    time = Time()
    session = session_to(server.url, clocks=time.clocks())
    cloud = WalkClient(session, places=[PLACE])

    found = walk(cloud, [nodes.function(one)], deadline=60.0, clock=lambda: time.passed)

    assert time.slept == [7.0]
    assert found.unreadable == {}
    assert [edge.source for edge in found.edges] == [nodes.function(one), nodes.function(other)]
    assert set(account.asked.values()) == {1}


def test_a_walk_that_is_asked_to_wait_beyond_its_deadline_says_what_it_did_not_read(
    account: Account,
) -> None:
    account.server.replies(Reply(429, headers={"Retry-After": "3600"}))

    found = walk(
        cloud_of(account), [nodes.function(function_urn("f0"))], deadline=60.0, clock=lambda: 0.0
    )

    (why,) = found.unreadable.values()
    assert "HTTP 429" in why
    assert len(account.server.seen) == 1


TO_TOPIC = f"<TopicConfiguration><Topic>{TOPIC}</Topic></TopicConfiguration>"


def under(prefix: str, inside: str) -> str:
    rule = f"<FilterRule><Name>prefix</Name><Value>{prefix}</Value></FilterRule>"
    return inside.replace("<Topic>", f"<Filter><Object>{rule}</Object></Filter><Topic>")


def test_a_bucket_leads_to_the_topics_that_it_publishes_to(account: Account) -> None:
    account.notified = {"results": under("in/", TO_TOPIC)}
    cloud = cloud_of(account)

    published = Publication(Bucket(bucket="results", prefix="in/"), Topic(topic_urn=TOPIC))
    assert cloud.triggered_by(nodes.bucket("results", prefix="in/2")) == (published,)
    assert cloud.triggered_by(nodes.bucket("results", prefix="out/")) == ()
    assert account.asked_about("?notification") == 1


def test_a_walk_finds_the_way_from_a_bucket_to_a_topic_and_to_its_subscriber(
    account: Account,
) -> None:
    account.notified = {"results": TO_TOPIC}
    account.subscribed = {TOPIC: [function_urn("f")]}

    found = walk(cloud_of(account), [nodes.bucket("results")], deadline=60.0, clock=lambda: 0.0)

    assert [(edge.source.key, edge.target.key) for edge in found.edges] == [
        ("obs://results/", TOPIC),
        (TOPIC, str(function_urn("f"))),
    ]
    assert found.unreadable == {}


def test_notifications_that_may_not_be_read_are_told_with_the_triggers_that_are_known(
    account: Account,
) -> None:
    account.functions = [function_urn("f")]
    account.triggers = {function_urn("f"): [bucket_trigger("results")]}
    denied = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    account.refused = {"?notification": Reply(403, raw=denied)}

    found = walk(cloud_of(account), [nodes.bucket("results")], deadline=60.0, clock=lambda: 0.0)

    (edge,) = found.edges
    assert edge.target == nodes.function(function_urn("f"))
    (why,) = found.unreadable.values()
    assert "obs:bucket:GetBucketNotification" in why
    assert "AccessDenied" in why


@pytest.mark.parametrize("is_config", [True, False])
def test_a_trigger_of_unknown_source_matters_where_its_function_passes_events_on(
    account: Account, *, is_config: bool
) -> None:
    grid: dict[str, object] = {"trigger_type_code": "EVENTGRID", "event_data": {}}
    urn = function_urn("f")
    account.functions = [urn]
    account.configs = [urn] if is_config else []
    account.triggers = {urn: [grid]}

    found = cloud_of(account).triggered_by(nodes.bucket("results"))

    assert bool(found) is is_config
