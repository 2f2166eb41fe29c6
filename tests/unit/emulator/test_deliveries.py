"""From an asynchronous request to what its target holds, on a virtual clock."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from pulumi_functiongraph.core.events import NotificationEvent
from pulumi_functiongraph.emulator.clock import LAST
from pulumi_functiongraph.emulator.functiongraph import models
from pulumi_functiongraph.emulator.http.faults import Fault
from pulumi_functiongraph.emulator.invocations import dispatcher, journal
from pulumi_functiongraph.emulator.invocations.journal import Line
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.obs.addressing import Address
from pulumi_functiongraph.emulator.obs.exchange import S3Request
from pulumi_functiongraph.emulator.options import Options
from unit.emulator.virtual_cloud import AGENCY, VirtualCloud, target, virtual_cloud

PROJECT = "0123456789abcdef0123456789abcdef"
TOPIC = "alerts"


def world(**orders: Any) -> dict[str, Any]:
    """A project with one of every kind of target, and a function that is configured."""
    return {
        "projects": [{"name": "cn-north-4", "id": PROJECT}],
        "functions": [
            {"name": "orders", "xrole": AGENCY, "async_configs": {"latest": orders}},
            {"name": "audit", "xrole": AGENCY},
        ],
        "topics": [{"name": TOPIC}],
        "buckets": [{"name": "results"}],
        "streams": [{"name": "records"}],
    }


TARGETS: dict[str, dict[str, Any]] = {
    "function": target(
        "FunctionGraph", func_urn=f"urn:fss:cn-north-4:{PROJECT}:function:default:audit"
    ),
    "bucket": target("OBS", bucket="results", prefix="out", expires=7),
    "topic": target("SMN", topic_urn=f"urn:smn:cn-north-4:{PROJECT}:{TOPIC}"),
    "stream": target("DIS", stream_name="records"),
}


def arrived(cloud: VirtualCloud, kind: str) -> list[str]:
    """Events that a target holds."""
    match kind:
        case "function":
            return [each.payload for each in cloud.requests() if each.source == "notification"]
        case "bucket":
            return [each.content.decode() for each in cloud.objects("results")]
        case "topic":
            return cloud.messages(TOPIC)
        case _:
            return [base64.b64decode(each.data).decode() for each in cloud.records("records")]


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("outcome", ["success", "failure"])
def test_a_result_arrives_once_at_its_target_and_reads_as_an_event(kind: str, outcome: str) -> None:
    setting = {"max_async_retry_attempts": 0, f"on_{outcome}": TARGETS[kind]}
    with virtual_cloud(world(**setting)) as cloud:
        cloud.script(
            "orders", **({"fails": True} if outcome == "failure" else {"returns": {"n": 1}})
        )
        request = cloud.invoke("orders", {"order": "ä"})
        cloud.run_until_idle()

        (text,) = arrived(cloud, kind)
        (delivery,) = cloud.deliveries()

    event = NotificationEvent.parse(text)
    assert json.loads(event.request_payload) == {"order": "ä"}
    assert event.request_context.request_id == request
    assert event.request_context.function_urn.endswith(":function:default:orders:latest")
    assert (event.response_payload == '{"n": 1}') == (outcome == "success")
    assert (delivery.status, delivery.attempts, delivery.outcome) == ("DELIVERED", 1, outcome)
    assert delivery.reference


def test_a_success_is_not_told_to_the_failure_target_nor_the_other_way_round() -> None:
    with virtual_cloud(world(on_success=TARGETS["topic"])) as cloud:
        cloud.script("orders", fails=True)
        cloud.invoke("orders")
        cloud.run_until_idle()

        assert cloud.deliveries() == []
        assert cloud.messages(TOPIC) == []


def test_an_object_is_kept_under_its_prefix_for_its_days() -> None:
    with virtual_cloud(world(on_success=TARGETS["bucket"])) as cloud:
        request = cloud.invoke("orders")
        cloud.run_until_idle()

        (stored,) = cloud.objects("results")

    assert stored.key == f"out/{request}.json"
    assert stored.headers["x-amz-expires"] == "7"


def test_a_notification_does_not_wait_for_the_s3_behind_obs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def objects(_cloud: LocalCloud) -> None:
        raise AssertionError("the S3 is loaded")

    monkeypatch.setattr(LocalCloud, "objects", objects)
    with virtual_cloud(world(on_success=TARGETS["bucket"])) as cloud:
        cloud.invoke("orders")
        cloud.run_until_idle()

        assert len(cloud.objects("results")) == 1


@pytest.mark.parametrize("prefix", ["out", "/a//../%41?x=1#ä 💥\\", "a\nb"])
def test_an_object_is_the_same_whether_the_s3_behind_obs_is_loaded_or_not(prefix: str) -> None:
    bucket = target("OBS", bucket="results", prefix=prefix, expires=7)
    came = []
    for is_loaded in (False, True):
        with virtual_cloud(world(on_success=bucket)) as cloud:
            if is_loaded:
                cloud.run(cloud.cloud.objects())
            cloud.invoke("orders")
            cloud.run_until_idle()
            (delivery,) = cloud.deliveries()
            came.append((cloud.objects("results"), delivery.status, delivery.reference))
            objects = cloud.run(cloud.cloud.objects())
            for stored in cloud.objects("results"):
                got = cloud.run(objects.read(S3Request("GET", Address("results", stored.key))))
                assert got.body == stored.content
    assert came[0] == came[1]
    assert (came[0][1] == "FAILED") == ("\n" in prefix)


def test_objects_that_come_while_the_s3_behind_obs_is_loaded_are_all_there() -> None:
    with virtual_cloud(world(on_success=TARGETS["bucket"])) as cloud:
        for _ in range(20):
            cloud.invoke("orders")

        async def deliver_and_load() -> None:
            deliver = cloud.cloud.dispatcher.run_until_idle()
            await asyncio.gather(deliver, cloud.cloud.objects(), cloud.cloud.objects())

        cloud.run(deliver_and_load())
        objects = cloud.run(cloud.cloud.objects())
        keys = [each.key for each in cloud.objects("results")]
        gets = [S3Request("GET", Address("results", key)) for key in keys]
        assert [cloud.run(objects.read(each)).status for each in gets] == [200] * 20


def test_an_object_for_a_bucket_that_has_just_gone_is_refused() -> None:
    with virtual_cloud(world()) as cloud:
        put = S3Request("PUT", Address("nowhere", "a"))
        now = cloud.cloud.clock.now()
        answer = cloud.run(
            cloud.cloud.put_object(put, region="cn-north-4", now=now, then=lambda *_: None)
        )
        assert answer.status == 404


@pytest.mark.parametrize("fail_times", [0, 1, 2])
def test_a_function_that_fails_and_is_retried_tells_its_success(fail_times: int) -> None:
    setting = {"max_async_retry_attempts": 2, "on_success": TARGETS["topic"]}
    with virtual_cloud(world(**setting)) as cloud:
        cloud.script("orders", fail_times=fail_times)
        request = cloud.invoke("orders")
        cloud.run_until_idle()

        found = cloud.request(request)
        (text,) = cloud.messages(TOPIC)

    assert (found.status, found.progress.attempts) == ("SUCCESS", fail_times + 1)
    assert NotificationEvent.parse(text).retried is (fail_times > 0)


def test_a_request_that_expires_is_discarded_and_its_failure_is_told() -> None:
    setting = {
        "max_async_retry_attempts": 3,
        "max_async_event_age_in_seconds": 86_400,
        "on_failure": TARGETS["topic"],
    }
    with virtual_cloud(world(**setting)) as cloud:
        cloud.cloud.options = cloud.cloud.options.model_copy(update={"retry_seconds": 50_000})
        cloud.script("orders", fails=True)
        request = cloud.invoke("orders")
        cloud.advance(86_399)
        before = cloud.request(request).status
        cloud.advance(1)

        assert (before, cloud.request(request).status) == ("WAIT", "DISCARD")
        assert len(cloud.messages(TOPIC)) == 1


MISSING: dict[str, tuple[dict[str, Any], str]] = {
    "function": (
        target("FunctionGraph", func_urn=f"urn:fss:cn-north-4:{PROJECT}:function:default:gone"),
        "Not found the function",
    ),
    "function of another region": (
        target("FunctionGraph", func_urn=f"urn:fss:eu-de:{PROJECT}:function:default:audit"),
        "Not found the function",
    ),
    "bucket": (target("OBS", bucket="gone"), "there is no bucket gone"),
    "topic": (
        target("SMN", topic_urn=f"urn:smn:cn-north-4:{PROJECT}:gone"),
        f"there is no topic urn:smn:cn-north-4:{PROJECT}:gone",
    ),
    "stream": (target("DIS", stream_name="gone"), "there is no stream gone"),
}


@pytest.mark.parametrize("kind", MISSING)
def test_a_target_that_is_gone_is_tried_until_the_schedule_ends_and_shown_as_failed(
    kind: str,
) -> None:
    setting, reason = MISSING[kind]
    with virtual_cloud(world(on_success=setting)) as cloud:
        cloud.invoke("orders")
        cloud.advance(1)
        (between,) = cloud.deliveries()
        cloud.run_until_idle()
        (delivery,) = cloud.deliveries()
        steps = cloud.steps()

    assert (between.status, between.attempts) == ("WAIT", 2)
    assert (delivery.status, delivery.attempts) == ("FAILED", 5)
    assert reason in delivery.error
    assert steps.count("delivery_failed") == 4
    assert steps.count("delivery_abandoned") == 1


@pytest.mark.parametrize("when", ["before it has run", "before its result is told"])
@pytest.mark.parametrize("kind", TARGETS)
def test_a_result_of_a_version_that_is_gone_is_shown_as_failed(kind: str, when: str) -> None:
    with virtual_cloud(world(on_success=TARGETS[kind], on_failure=TARGETS[kind])) as cloud:
        cloud.cloud.faults.add(Fault(service=OPERATIONS[kind][0], status=503, nth=1))
        identifier = cloud.invoke("orders")
        if when == "before its result is told":
            cloud.advance(0)
        version = cloud.version("orders")
        cloud.write(lambda c: models.delete_function(c, version))
        cloud.run_until_idle()
        (delivery,) = cloud.deliveries()
        request = cloud.request(identifier)
        events = arrived(cloud, kind)

    was_run = when == "before its result is told"
    assert request.status == ("SUCCESS" if was_run else "FAIL")
    assert delivery.outcome == ("success" if was_run else "failure")
    assert (delivery.status, delivery.attempts) == ("FAILED", 5)
    assert "Not found the function" in delivery.error
    assert request.function_urn in delivery.error
    assert events == []


OPERATIONS = {
    "function": ("functiongraph", "AsyncInvokeFunction"),
    "bucket": ("obs", "PutObject"),
    "topic": ("smn", "PublishMessage"),
    "stream": ("dis", "SendRecords"),
}


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_target_that_is_down_gets_the_event_later(kind: str, when: str) -> None:
    service, operation = OPERATIONS[kind]
    fault = Fault.model_validate(
        {"service": service, "operation": operation, "nth": 1, "times": 2, "status": 503}
        | {"when": when}
    )
    with virtual_cloud(world(on_success=TARGETS[kind])) as cloud:
        cloud.cloud.faults.add(fault)
        cloud.invoke("orders")
        cloud.run_until_idle()
        (delivery,) = cloud.deliveries()
        events = arrived(cloud, kind)

    assert (delivery.status, delivery.attempts) == ("DELIVERED", 3)
    assert "503" in delivery.error
    # An object has the same key each time; others get the event once more for each lost answer.
    twice = when == "after" and kind != "bucket"
    assert len(events) == (3 if twice else 1)


FAULTS: dict[str, tuple[dict[str, Any], int, int, float]] = {
    "delay": ({"delay_seconds": 5}, 1, 1, 5),
    "delay after": ({"delay_seconds": 5, "when": "after"}, 1, 1, 5),
    "delay and status": ({"delay_seconds": 5, "status": 503}, 2, 1, 6),
    "delay and status after": ({"delay_seconds": 5, "status": 503, "when": "after"}, 2, 2, 6),
    "reset": ({"reset": True}, 2, 1, 1),
    "reset after": ({"reset": True, "when": "after"}, 2, 2, 1),
    "truncate": ({"truncate": True}, 2, 2, 1),
    "retry_after": ({"retry_after": 7}, 2, 1, 1),
    "headers": ({"headers": {"X-Odd": "1"}}, 2, 1, 1),
    "body": ({"body": "no", "status": 400}, 2, 1, 1),
    "a success that is none": ({"status": 200}, 1, 0, 0),
    "another success": ({"body": {}, "when": "after"}, 1, 1, 0),
}
"""By what a fault does: attempts, events that arrive, seconds that it takes."""


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", TARGETS)
def test_every_fault_of_a_target_strikes_deliveries(kind: str, fault: str) -> None:
    fields, attempts, arriving, seconds = FAULTS[fault]
    service, operation = OPERATIONS[kind]
    with virtual_cloud(world(on_success=TARGETS[kind])) as cloud:
        began = cloud.cloud.clock.now()
        cloud.cloud.faults.add(
            Fault.model_validate({"service": service, "operation": operation, "nth": 1, **fields})
        )
        cloud.invoke("orders")
        cloud.run_until_idle()
        (delivery,) = cloud.deliveries()
        events = arrived(cloud, kind)

    assert (delivery.status, delivery.attempts) == ("DELIVERED", attempts)
    assert len(events) == (min(arriving, 1) if kind == "bucket" else arriving)
    assert delivery.ended_at is not None
    assert (delivery.ended_at - began).total_seconds() == seconds


class DeathError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("kind", TARGETS)
def test_a_fault_may_kill_the_process_once_the_target_has_the_event(kind: str) -> None:
    def die() -> None:
        raise DeathError

    service, operation = OPERATIONS[kind]
    with virtual_cloud(world(on_success=TARGETS[kind])) as cloud:
        cloud.cloud.die = die
        cloud.cloud.faults.add(
            Fault(service=service, operation=operation, nth=1, kill_after_commit=True)
        )
        cloud.invoke("orders")
        with pytest.raises(DeathError):
            cloud.run_until_idle()
        (between,) = cloud.deliveries()
        events = arrived(cloud, kind)
        cloud.run_until_idle()
        (delivery,) = cloud.deliveries()

    assert len(events) == 1
    assert (between.status, between.attempts) == ("WAIT", 0)
    assert (delivery.status, delivery.attempts) == ("DELIVERED", 1)


def test_without_rights_the_missing_action_is_shown() -> None:
    seed = world(on_success=TARGETS["topic"])
    with virtual_cloud(
        {**seed, "agencies": [{"name": AGENCY, "grants": ["Tenant Guest"]}]}
    ) as cloud:
        cloud.invoke("orders")
        cloud.run_until_idle()
        (delivery,) = cloud.deliveries()

        assert delivery.status == "FAILED"
        assert "smn:topic:publish" in delivery.error
        assert cloud.messages(TOPIC) == []


def test_functions_that_notify_each_other_are_broken_off_with_their_chain() -> None:
    seed = world(on_success=TARGETS["function"])
    back = target("FunctionGraph", func_urn=f"urn:fss:cn-north-4:{PROJECT}:function:default:orders")
    seed["functions"][1]["async_configs"] = {"latest": {"on_success": back}}
    with virtual_cloud(seed) as cloud:
        for name in ("orders", "audit"):
            cloud.script(name, returns="done")
        cloud.invoke("orders")
        cloud.run_until_idle()
        *before, last = cloud.requests()

        assert len(before) == 17
        assert {each.status for each in before} == {"SUCCESS"}
        assert last.status == "DISCARD"
        assert last.error.startswith("loop broken after 16 hops: urn:fss:")
        assert last.error.count("--success-->") == 17
        assert "loop_broken" in cloud.steps()


def test_a_function_may_be_let_off_the_breaker() -> None:
    own = target("FunctionGraph", func_urn=f"urn:fss:cn-north-4:{PROJECT}:function:default:orders")
    with virtual_cloud(world(on_success=own)) as cloud:
        cloud.script("orders", loop_breaker=False, sleep_seconds=1, returns=1)
        cloud.invoke("orders")
        cloud.advance(100)

        assert len(cloud.requests()) > 90


def story(cloud: VirtualCloud) -> list[Line]:
    """Requests that fail, succeed and notify each other's targets; the journal of it."""
    cloud.script("orders", fail_times=1, sleep_seconds=0.5)
    for number in range(20):
        cloud.invoke("orders", {"order": number})
    cloud.advance(2)
    cloud.script("audit", fails=True)
    cloud.run_until_idle()
    return cloud.read(journal.list_lines)


def test_two_runs_keep_the_same_journal_and_so_does_one_after_a_reset() -> None:
    setting = {
        "max_async_retry_attempts": 1,
        "on_success": TARGETS["function"],
        "on_failure": TARGETS["bucket"],
    }
    with virtual_cloud(world(**setting)) as cloud:
        first = story(cloud)
        cloud.run(cloud.cloud.reset())
        again = story(cloud)
    with virtual_cloud(world(**setting)) as cloud:
        elsewhere = story(cloud)

    assert len(first) > 100
    assert again == first
    assert elsewhere == first


def test_what_is_due_when_the_cloud_is_reset_is_forgotten() -> None:
    with virtual_cloud(world(on_success=TARGETS["topic"])) as cloud:
        cloud.script("orders", sleep_seconds=2)
        cloud.invoke("orders")
        cloud.advance(1)
        cloud.run(cloud.cloud.reset())
        cloud.invoke("orders")
        cloud.run_until_idle()

        assert [each.status for each in cloud.requests()] == ["SUCCESS"]
        assert len(cloud.messages(TOPIC)) == 1


def test_a_virtual_clock_stops_where_what_is_waited_for_has_come() -> None:
    seed = world(max_async_retry_attempts=3, on_failure=TARGETS["topic"])
    with virtual_cloud(seed) as cloud:
        cloud.cloud.options = cloud.cloud.options.model_copy(update={"retry_seconds": 7200})
        cloud.script("orders", fails=True)
        waiting = cloud.invoke("orders")
        cloud.script("audit", sleep_seconds=2)
        other = cloud.invoke("audit")
        loop = cloud.cloud.dispatcher
        cloud.run(loop.run_until_idle(until=lambda: cloud.request(other).finished_at))

        assert cloud.request(other).status == "SUCCESS"
        assert cloud.request(waiting).status == "WAIT"


def test_what_runs_print_is_kept_with_their_request() -> None:
    code = (
        "def handler(event, context):\n    print('order', event['order'])\n    raise ValueError\n"
    )
    seed = world(max_async_retry_attempts=1)
    seed["functions"][0]["code"] = code
    with virtual_cloud(seed) as cloud:
        request = cloud.invoke("orders", {"order": 7})
        cloud.run_until_idle()

        assert cloud.request(request).log.count("order 7") == 2


def test_a_reset_while_the_time_is_moved_leaves_nothing_of_what_was() -> None:
    with virtual_cloud(world(on_success=TARGETS["bucket"])) as cloud:
        for number in range(30):
            cloud.invoke("orders", {"order": number})

        async def both() -> None:
            moving = asyncio.create_task(cloud.cloud.dispatcher.run_until_idle())
            await asyncio.sleep(0.05)
            await cloud.cloud.reset()
            await moving

        cloud.run(both())

        assert cloud.requests() == []
        assert cloud.deliveries() == []
        assert cloud.steps() == []
        assert cloud.objects("results") == []


def test_ids_of_requests_do_not_depend_on_who_else_asks_for_anything() -> None:
    def ids(*, others: int) -> list[str]:
        with virtual_cloud(world()) as cloud:
            for _ in range(others):
                cloud.cloud.new_request_id()
            return [cloud.invoke("orders") for _ in range(3)]

    assert ids(others=0) == ids(others=5)


def test_a_long_schedule_ends_and_leaves_the_clock_where_others_can_go_on() -> None:
    with virtual_cloud(world(on_success=TARGETS["topic"])) as cloud:
        cloud.cloud.options = Options(delivery_attempts=100, delivery_retry_seconds=86_400)
        cloud.cloud.faults.add(Fault(service="smn", status=503))
        cloud.script("orders", returns=1)
        cloud.invoke("orders")
        cloud.run_until_idle()
        cloud.cloud.faults.clear()
        cloud.invoke("orders")
        cloud.run_until_idle()

        failed, delivered = cloud.deliveries()
        assert (failed.status, failed.attempts, delivered.status) == ("FAILED", 100, "DELIVERED")
        assert cloud.cloud.clock.now().year == 2026


def test_what_is_due_after_the_clock_ends_stays_and_holds_nothing_up() -> None:
    with virtual_cloud(world(on_success=TARGETS["topic"])) as cloud:
        cloud.cloud.clock.advance(LAST - timedelta(seconds=30) - cloud.cloud.clock.now())
        cloud.cloud.faults.add(Fault(service="smn", status=503))
        cloud.script("orders", returns=1)
        cloud.script("audit", sleep_seconds=60, returns=1)
        cloud.cloud.options = Options(delivery_retry_seconds=60)
        cloud.invoke("orders")
        cloud.run_until_idle()
        cloud.invoke("audit")
        cloud.run_until_idle()
        with pytest.raises(OverflowError):
            cloud.advance(60)

        assert [each.status for each in cloud.deliveries()] == ["WAIT"]
        cloud.invoke("orders")
        cloud.run_until_idle()
        assert cloud.requests()[-1].status == "SUCCESS"


def test_a_loop_without_a_breaker_does_not_hold_the_clock_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatcher, "MOST_IDLE_STEPS", 50)
    own = target("FunctionGraph", func_urn=f"urn:fss:cn-north-4:{PROJECT}:function:default:orders")
    with virtual_cloud(world(on_success=own)) as cloud:
        cloud.script("orders", loop_breaker=False, returns=1)
        cloud.invoke("orders")

        with pytest.raises(dispatcher.EndlessError, match="60 steps were carried out"):
            cloud.run_until_idle()


def test_what_is_kept_of_a_long_way_is_its_ends_and_how_many_functions_are_between() -> None:
    own = target("FunctionGraph", func_urn=f"urn:fss:cn-north-4:{PROJECT}:function:default:orders")
    with virtual_cloud(world(on_success=own)) as cloud:
        cloud.cloud.options = Options(max_hops=200)
        cloud.script("orders", returns=1)
        cloud.invoke("orders")
        cloud.run_until_idle()

        last = cloud.requests()[-1]
        assert len(cloud.requests()) == 202
        assert len(last.trace) == 65
        assert "loop broken after 200 hops" in last.error
        assert "--> (138 more functions) --success--> urn:fss:" in last.error


def test_many_requests_are_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "MOST_IDLE_STEPS", 1)
    with virtual_cloud(world(on_success=TARGETS["topic"])) as cloud:
        cloud.script("orders", returns=1)
        for _ in range(10):
            cloud.invoke("orders")
        cloud.run_until_idle()

        assert len(cloud.messages(TOPIC)) == 10
