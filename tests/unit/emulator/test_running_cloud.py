"""The handle on a local cloud that runs in a process of its own, as tests use it."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from pulumi_functiongraph.core.events import NotificationEvent
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.server import GRACE_SECONDS
from pulumi_functiongraph.emulator.testing import transcript
from pulumi_functiongraph.emulator.testing.running_cloud import (
    EmulatorError,
    NotificationMissingError,
)
from unit.emulator.process_client import Client

SEED: dict[str, Any] = {
    "agencies": [{"name": "notify", "grants": ["OBS Administrator", "SMN Administrator"]}],
    "functions": [
        {
            "name": "shop",
            "xrole": "notify",
            "async_configs": {
                "latest": {
                    "max_async_retry_attempts": 1,
                    "on_success": {"destination": "OBS", "param": {"bucket": "shop-done"}},
                }
            },
        },
        {"name": "lonely"},
    ],
    "buckets": [{"name": "shop-done"}],
}


@pytest.fixture(scope="module")
def real_process() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def virtual_process() -> Iterator[Emulator]:
    with Emulator(clock="virtual") as emulator:
        yield emulator


@pytest.fixture
def real(real_process: Emulator) -> Emulator:
    real_process.reset()
    real_process.seed(SEED)
    return real_process


@pytest.fixture
def virtual(virtual_process: Emulator) -> Emulator:
    virtual_process.reset()
    virtual_process.seed(SEED)
    return virtual_process


@pytest.fixture(params=["real", "virtual"])
def cloud(request: pytest.FixtureRequest) -> Emulator:
    emulator: Emulator = request.getfixturevalue(request.param)
    return emulator


def test_an_invocation_that_is_waited_for_is_whole(cloud: Emulator) -> None:
    ended = cloud.invoke("shop", {"order": 7}, wait=True)

    assert ended.is_over
    assert ended.succeeded
    assert (ended.attempts, ended.result) == (1, {"order": 7})
    assert cloud.invocations(function="shop") == [ended]


def test_a_notification_that_is_expected_is_returned_with_its_event(cloud: Emulator) -> None:
    request = cloud.invoke("shop", {"order": 7})

    found = cloud.expect_notification(function="shop", outcome="success", target="obs")

    assert (found.request_id, found.param) == (request, {"bucket": "shop-done"})
    assert found.event["request_payload"] == '{"order":7}'
    event = NotificationEvent.parse(found.text)
    assert event.succeeded
    assert event.request_context.request_id == request
    assert cloud.notifications(target="obs") == [found]


def test_targets_that_fail_at_first_are_tried_again(cloud: Emulator) -> None:
    cloud.options(delivery_retry_seconds=0.01)
    cloud.fail("obs", times=2)
    cloud.invoke("shop")

    found = cloud.expect_notification(function="shop")

    assert found.attempts == 3
    assert "503" in found.error


def test_a_script_says_what_a_function_does(virtual: Emulator) -> None:
    virtual.script("shop", fail_times=1, returns="done")

    ended = virtual.invoke("shop", wait=True)

    assert (ended.status, ended.attempts, ended.result) == ("SUCCESS", 2, "done")
    assert virtual.expect_notification(request_id=ended.request_id).outcome == "success"


def test_faults_by_chance_are_the_same_in_every_run(virtual: Emulator) -> None:
    def attempts() -> list[int]:
        virtual.reset()
        virtual.seed(SEED)
        virtual.fail("obs", probability=0.5, seed=3)
        for _ in range(5):
            virtual.invoke("shop")
        virtual.run_until_idle()
        return [each.attempts for each in virtual.notifications()]

    first = attempts()

    assert first == attempts()
    assert set(first) != {1}


def test_a_failed_expectation_reads_as_an_assertion(virtual: Emulator) -> None:
    request = virtual.invoke("shop", {"order": 7})

    with pytest.raises(AssertionError) as caught:
        virtual.expect_notification(function="shop", outcome="failure")

    assert isinstance(caught.value, NotificationMissingError)
    key = virtual.notifications()[0].reference
    start = f"  00:00:00.000000 {request[:8]} shop        "
    told = 'success is told to OBS {"bucket":"shop-done"}, failure is told to nobody'
    assert str(caught.value).splitlines() == [
        "no such notification: function=shop, outcome=failure, status=DELIVERED",
        "nothing is under way, and no config of shop sends a failure to any target",
        "notifications instead:",
        '  success of shop to OBS {"bucket":"shop-done"}: DELIVERED after 1 attempt',
        "requests:",
        f"  shop {request}: SUCCESS after 1 run; {told}",
        "last steps:",
        f"{start} accepted           source=api",
        f"{start} ran                attempt=1 result=success",
        f"{start} finished           status=SUCCESS condition=success",
        f"{start} delivered          outcome=success target=OBS attempt=1 reference={key}",
    ]


def test_what_nobody_did_is_told_too(real: Emulator) -> None:
    with pytest.raises(NotificationMissingError) as caught:
        real.expect_notification(timeout=0)

    assert str(caught.value).splitlines() == [
        "no such notification: status=DELIVERED",
        "notifications instead: none",
        "requests: none",
        "last steps: none",
    ]


def test_each_notification_is_expected_once_in_the_order_of_arrival(virtual: Emulator) -> None:
    virtual.fail("obs", times=1)
    first = virtual.invoke("shop", {"order": 1})
    virtual.advance(seconds=0)
    second = virtual.invoke("shop", {"order": 2})

    earlier = virtual.expect_notification()
    later = virtual.expect_notification(after=earlier.number)

    assert (earlier.request_id, later.request_id) == (second, first)
    assert earlier.number > later.number


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        (
            {"function": "shop", "outcome": "failure"},
            "no config of shop sends a failure to any target",
        ),
        ({"target": "smn"}, "no config sends a result to SMN"),
    ],
)
def test_what_cannot_come_is_not_waited_for(
    real: Emulator, expected: dict[str, Any], reason: str
) -> None:
    real.seed(SEED)
    begun = time.monotonic()

    with pytest.raises(NotificationMissingError, match=reason):
        real.expect_notification(**expected)

    assert time.monotonic() - begun < 10


def test_time_is_moved_by_hand_on_a_virtual_clock(virtual: Emulator) -> None:
    virtual.fail("obs", times=1)
    virtual.invoke("shop")
    virtual.advance(seconds=0.5)
    assert [each.status for each in virtual.notifications()] == ["WAIT"]

    virtual.advance(hours=24)

    assert [each.status for each in virtual.notifications()] == ["DELIVERED"]
    now = datetime.fromisoformat(virtual.control("GET", "clock")["now"])
    assert now > datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in ("hours", "minutes", "seconds")
        for value in (-1, float("nan"), float("inf"), 1e10, True, "1")
    ],
)
def test_a_step_of_time_that_is_none_is_refused_by_its_name(
    virtual: Emulator, name: str, value: Any
) -> None:
    before = virtual.control("GET", "clock")

    with pytest.raises(EmulatorError, match=f"^{name}: must be a number from 0 to "):
        virtual.advance(**{name: value})

    assert virtual.control("GET", "clock") == before


@pytest.mark.parametrize("value", [float("nan"), 1e10, True])
@pytest.mark.parametrize("name", ["seconds", "timeout", "probability"])
def test_other_numbers_that_are_none_are_refused_by_their_names(
    virtual: Emulator, name: str, value: Any
) -> None:
    orders: dict[str, Callable[..., object]] = {
        "seconds": virtual.skew,
        "timeout": virtual.expect_notification,
        "probability": partial(virtual.fail, "obs"),
    }

    with pytest.raises(EmulatorError, match=f"^{name}: must be a number from "):
        orders[name](**{name: value})


def test_a_refusal_reads_as_a_sentence(virtual: Emulator) -> None:
    with pytest.raises(EmulatorError) as caught:
        virtual.invoke("shop:v1")

    assert str(caught.value) == (
        "POST /_emulator/invoke was refused: function: there is no function shop:v1; "
        "if v1 is a version of shop, name it default/shop:v1"
    )


def test_a_version_is_named_as_it_is_shown(virtual: Emulator) -> None:
    virtual.seed({"functions": [{"name": "many", "versions": ["v1"]}]})

    ended = virtual.invoke("default/many:v1", wait=True)
    lines = [transcript.line_text(line).split()[2] for line in virtual.journal()]

    assert ended.function_urn.endswith(":function:default:many:v1")
    assert set(lines) == {"default/many:v1"}
    assert virtual.invocations(function="default/many:v1") == [ended]


def test_what_is_shown_is_whole_and_in_its_own_letters(virtual: Emulator) -> None:
    words = "Überfällig, заказ 7 " + "x" * 500
    virtual.script("lonely", fails=words)
    virtual.invoke("lonely", wait=True)

    [ran] = [transcript.line_text(each) for each in virtual.journal(step="ran")]

    assert words in ran


def test_long_lists_are_read_page_by_page(virtual: Emulator) -> None:
    for _ in range(5):
        virtual.invoke("lonely")
    virtual.run_until_idle()

    assert [each.number for each in virtual.invocations(limit=2)] == [1, 2, 3, 4, 5]
    assert [each.number for each in virtual.invocations(last=2)] == [4, 5]
    assert len(virtual.journal(limit=2)) == 15


def test_the_journal_is_followed_until_nothing_comes(real: Emulator) -> None:
    real.invoke("lonely")

    steps = [line["step"] for line in real.journal(wait=0.5, function="lonely")]

    assert steps == ["accepted", "ran", "finished"]


def test_the_lines_of_a_function_that_is_gone_are_still_told(virtual: Emulator) -> None:
    virtual.seed({"functions": [{"name": "short_lived"}]})
    virtual.invoke("short_lived", wait=True)
    project = virtual.state()["projects"][0]["id"]
    status, _ = Client(virtual).call("DELETE", f"/v2/{project}/fgs/functions/short_lived")

    assert status == 204

    assert len(virtual.journal(function="short_lived")) == 3


def test_who_waits_for_a_request_on_a_virtual_clock_moves_the_time_to_its_end_and_no_further(
    virtual: Emulator,
) -> None:
    virtual.options(retry_seconds=600)
    virtual.script("shop", fail_times=1)
    virtual.fail("obs", times=1)
    began = datetime.fromisoformat(virtual.state()["now"])
    ended = virtual.invoke("shop", wait=True)

    assert ended.attempts == 2
    assert ended.finished_at == began + timedelta(minutes=10)
    assert virtual.state()["now"] == ended.finished_at.isoformat()
    assert [each.status for each in virtual.notifications()] == ["WAIT"]


def test_a_name_that_nothing_has_is_told_at_once(real: Emulator) -> None:
    told = "there is no function shp; there is "
    with pytest.raises(EmulatorError, match=f"function: {told}"):
        real.expect_notification(function="shp")
    with pytest.raises(EmulatorError, match=f"function: {told}"):
        real.notifications(function="shp")
    with pytest.raises(EmulatorError, match=f"function: {told}"):
        real.invocations(function="shp")
    with pytest.raises(EmulatorError, match=told):
        real.journal(function="shp")
    with pytest.raises(EmulatorError, match=told):
        real.journal(function="shp", wait=0.1)
    with pytest.raises(EmulatorError, match="topic: "):
        real.notifications(topic="alerts")


def test_a_stop_does_not_wait_for_those_who_wait() -> None:
    with Emulator() as emulator:
        emulator.invoke("audit", wait=True)
        lines = emulator.follow_journal(last=3)
        seen = [next(lines) for _ in range(3)]

        def wait() -> None:
            with contextlib.suppress(OSError):
                list(lines)

        waiting = threading.Thread(target=wait)
        waiting.start()
        began = time.monotonic()
        emulator.process.terminate()
        assert emulator.process.wait(20) == 0
        waiting.join(20)

    assert [line["step"] for line in seen] == ["accepted", "ran", "finished"]
    assert time.monotonic() - began < GRACE_SECONDS


def test_what_an_order_cannot_mean_is_refused_in_its_words(virtual: Emulator) -> None:
    with pytest.raises(EmulatorError, match="target: 'sns' is none of obs, smn, dis, function"):
        virtual.fail("sns")  # type: ignore[arg-type] # on purpose
    with pytest.raises(EmulatorError, match=r"payload: it cannot become JSON: .*set"):
        virtual.invoke("shop", {1, 2})
    with pytest.raises(EmulatorError, match="say default/shop:!prod"):
        virtual.invoke("shop:!prod")
    with pytest.raises(EmulatorError, match="there is no function shpo"):
        virtual.expect_notification(function="shpo")
