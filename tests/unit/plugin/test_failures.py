"""Calls that fail: all that is wrong at once, one text for a person, and the state to keep."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_functiongraph.cloud.endpoints import SERVICES
from pulumi_functiongraph.core.targets import Bucket
from unit.cloud.slow_server import endless, sending
from unit.plugin.conftest import World
from unit.plugin.plugin_process import UNKNOWN, Failed, output, plain, secret

GET = "ShowFunctionAsyncInvokeConfig"
PUT = "UpdateFunctionAsyncInvokeConfig"
UNKNOWNS = {
    "functionUrn": UNKNOWN,
    "maxAsyncRetryAttempts": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "maxAsyncEventAgeInSeconds": output(),
    "onSuccess": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    "enableAsyncStatusLog": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "adopt": UNKNOWN,
}


@pytest.mark.parametrize("path", UNKNOWNS)
def test_an_unknown_value_of_each_kind_stays_unknown(world: World, path: str) -> None:
    news = world.declared() | {path: UNKNOWNS[path]}
    inputs = world.plugin.checked("a", news)
    assert inputs[path] == UNKNOWN
    previewed = plain(world.plugin.create("a", inputs, preview=True).properties)
    assert previewed[path] == UNKNOWN


def test_a_target_of_an_unknown_kind_is_unknown_as_a_whole(world: World) -> None:
    target = {"destination": UNKNOWN, "bucket": "results"}
    assert world.plugin.checked("a", world.declared(onFailure=target))["onFailure"] == UNKNOWN


@pytest.mark.parametrize("path", ["bucket", "prefix", "expires", "allowCycle"])
def test_an_unknown_part_of_a_target_stays_unknown(world: World, path: str) -> None:
    target = {"destination": "OBS", "bucket": "results", path: UNKNOWN}
    inputs = world.plugin.checked("a", world.declared(onFailure=target))
    assert inputs["onFailure"][path] == UNKNOWN
    previewed = plain(world.plugin.create("a", inputs, preview=True).properties)
    assert previewed["onFailure"][path] == UNKNOWN


def test_everything_that_is_wrong_is_told_at_once_and_no_value(world: World) -> None:
    news = world.declared(
        maxAsyncRetryAttempts=9,
        maxAsyncEventAgeInSeconds="canary",
        onFailure={"destination": "OBS", "bucket": secret("Canary_Bucket")},
        onSuccess=UNKNOWN,
        retries=3,
    )
    checked = world.plugin.check("a", news)
    assert [each.property for each in checked.failures] == [""] * 4
    assert sorted(each.reason.partition(":")[0] for each in checked.failures) == [
        "maxAsyncEventAgeInSeconds",
        "maxAsyncRetryAttempts",
        "onFailure.bucket",
        "retries",
    ]
    assert "canary" not in "".join(each.reason for each in checked.failures).lower()
    assert world.methods() == []


def test_check_sends_no_request_at_all(world: World) -> None:
    world.plugin.made("a", world.declared())
    world.configure()
    world.emulator.forget_requests()
    state = world.declared()
    world.plugin.checked("a", world.declared(maxAsyncRetryAttempts=2), state)
    world.plugin.checked("a", world.declared("billing"), state)
    world.plugin.checked("b", world.declared("shipping", onSuccess=world.to("orders")))
    world.plugin.diff("a", world.urn("orders"), state, world.declared("billing"))
    assert world.emulator.requests() == []


@pytest.mark.parametrize("operation", ["Create", "Update", "Read", "Delete"])
def test_a_cloud_that_refuses_is_told_in_one_text(world: World, operation: str) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    inputs = world.declared(maxAsyncRetryAttempts=3)
    world.configure()
    world.emulator.faults(
        {"operation": GET, "status": 403, "body": {"error_code": "FSS.0403", "error_msg": "no"}}
    )
    calls: dict[str, Any] = {
        "Create": lambda: plugin.create("b", world.declared("billing")),
        "Update": lambda: plugin.update("a", id_, state, inputs),
        "Read": lambda: plugin.read("a", id_, state),
        "Delete": lambda: plugin.delete("a", id_, state),
    }
    with pytest.raises(Failed) as failed:
        calls[operation]()
    assert "HTTP 403 FSS.0403 no" in failed.value.text
    assert "Traceback" not in failed.value.text
    assert failed.value.code.name == "UNKNOWN"
    assert world.live() is not None


def test_an_update_that_came_half_way_hands_back_what_is_live(world: World) -> None:
    """The service keeps the target that is left out now, and then refuses to take it out."""
    plugin = world.plugin
    bucket = {"destination": "OBS", "bucket": secret("results"), "prefix": "", "expires": 0}
    id_, state = plugin.made("a", world.declared(onFailure=bucket))
    world.emulator.options(put="merge")
    world.configure(precheck="off", liveGraph="off")
    without = plugin.checked("a", world.declared(maxAsyncRetryAttempts=3), state)
    world.emulator.faults({"operation": PUT, "nth": 2, "status": 403})
    with pytest.raises(Failed, match="taking that out failed") as failed:
        plugin.update("a", id_, state, without)
    kept = failed.value.kept
    assert kept.id == id_
    assert list(kept.reasons) == [failed.value.text]
    for bag in (plain(kept.properties), plain(kept.inputs)):
        assert bag["maxAsyncRetryAttempts"] == 3
        assert bag["onFailure"]["bucket"] == secret("results")
    live = plain(kept.properties)

    world.emulator.options(put="replace")
    world.configure()
    again = plugin.checked("a", world.declared(maxAsyncRetryAttempts=3), live)
    assert list(plugin.diff("a", id_, live, again).detailedDiff) == ["onFailure"]
    assert "onFailure" not in plain(plugin.update("a", id_, live, again).properties)


NOT_SENT = {"operation": PUT, "when": "before", "status": 500}
LOST = {"operation": PUT, "when": "after", "status": 500}
FAILURES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "not sent": ("replace", [NOT_SENT]),
    "lost": ("replace", [LOST]),
    "lost and not read": ("replace", [LOST, {"operation": GET, "nth": 2, "status": 403}]),
    "merged": ("merge", []),
    "merged and lost": ("merge", [LOST]),
    "merged, the second one refused": ("merge", [{"operation": PUT, "nth": 2, "status": 403}]),
    "merged, the second one not sent": ("merge", [NOT_SENT | {"nth": 2}]),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(
    "others", [{"on_failure": Bucket(bucket="results")}, {}], ids=["a target", "retries"]
)
def test_no_failed_update_takes_what_somebody_else_has_set_into_the_state(
    world: World, failure: str, others: dict[str, Any]
) -> None:
    """A PUT keeps the time of creation, so the config looks like the one in the state by that."""
    plugin, emulator = world.plugin, world.emulator
    id_, state = plugin.made("a", world.declared())
    world.configure(precheck="off", liveGraph="off")
    inputs = plugin.checked("a", world.declared(maxAsyncRetryAttempts=2), state)
    put, faults = FAILURES[failure]
    emulator.options(put=put)
    world.put("orders", max_async_retry_attempts=3, **others)
    if faults:
        emulator.faults(*faults)
    try:
        state = plain(plugin.update("a", id_, state, inputs).properties)
    except Failed as failed:
        if failed.details:
            state = plain(failed.kept.properties)
    emulator.faults()
    emulator.options(put="replace")

    assert state["maxAsyncRetryAttempts"] in {1, 2}
    assert "onFailure" not in state
    live = world.live()
    is_others = live is not None and (
        live["max_async_retry_attempts"] == 3
        or live["destination_config"]["on_failure"]["destination"] != ""
    )
    world.configure()
    if is_others:
        with pytest.raises(Failed, match="was not deleted"):
            plugin.delete("a", id_, state)
        assert world.live() == live


@pytest.mark.parametrize("odd", [{"onFailure": [1]}, {"onSuccess": "x"}, {"functionUrn": [1]}, {}])
def test_a_state_that_another_tool_wrote_is_compared_and_mended(
    world: World, odd: dict[str, Any]
) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    world.configure()
    inputs = plugin.checked("a", world.declared(maxAsyncRetryAttempts=3), state | odd)
    assert plugin.diff("a", id_, state | odd, inputs).changes
    updated = plugin.update("a", id_, state | odd, inputs)
    assert plain(updated.properties)["maxAsyncRetryAttempts"] == 3


@pytest.mark.parametrize("setting", ["enforce", "warn"])
def test_a_preview_that_cannot_look_says_so(world: World, setting: str) -> None:
    world.configure(precheck=setting, accessKey="", secretKey="")
    inputs = world.plugin.checked("a", world.declared())
    if setting == "enforce":
        with pytest.raises(Failed, match="no credentials"):
            world.plugin.create("a", inputs, preview=True)
    else:
        world.plugin.create("a", inputs, preview=True)
        assert "is not known: no credentials" in world.said()


def test_a_type_or_function_that_there_is_not_is_refused_by_name(world: World) -> None:
    with pytest.raises(Failed, match="there is no function functiongraph:index:getAll"):
        world.plugin.invoke("functiongraph:index:getAll", {})
    request = provider_pb2.CheckRequest(urn="urn:pulumi:dev::trial::functiongraph:index:Other::a")
    with pytest.raises(Failed, match="there is no resource type functiongraph:index:Other"):
        world.plugin.call("Check", request)


def test_a_preview_says_what_the_update_refuses(world: World) -> None:
    plugin = world.plugin
    gone = {"destination": "OBS", "bucket": "not-there"}
    inputs = plugin.checked("a", world.declared(onFailure=gone))
    plugin.create("a", inputs, preview=True)
    (line,) = [each for each in plugin.lines if "FGN" in each.text]
    assert line.severity == "WARNING"
    assert line.text.endswith(
        "; the update refuses this, unless another resource of the program mends it before"
    )
    with pytest.raises(Failed, match="was not sent:\n  FGN") as refused:
        plugin.create("a", inputs)
    assert "FUNCTIONGRAPH_PRECHECK=warn" in refused.value.text
    assert world.live() is None


def test_an_update_in_a_preview_is_judged_by_what_is_live(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    gone = {"destination": "OBS", "bucket": "not-there"}
    inputs = plugin.checked("a", world.declared(onFailure=gone), state)
    plugin.update("a", id_, state, inputs, preview=True)
    assert "the update refuses this" in world.said()
    with pytest.raises(Failed, match="was not sent"):
        plugin.update("a", id_, state, inputs)
    live = world.live()
    assert live is not None
    assert "not-there" not in str(live)


def _not_there(world: World) -> dict[str, Any]:
    return {"functionUrn": world.urn("billing").replace("billing", "not-there")}


def _no_bucket(world: World) -> dict[str, Any]:
    return world.declared("billing", onFailure={"bucket": "not-there"})


def _mistyped_region(world: World) -> dict[str, Any]:
    region = world.settings["region"]
    return {"functionUrn": world.urn("billing").replace(region, "cn-norht-4")}


def _somebody_else_s(world: World) -> dict[str, Any]:
    world.put("billing", max_async_retry_attempts=3)
    return world.declared("billing")


def _unread(world: World) -> dict[str, Any]:
    said = {"error_code": "FSS.0403", "error_msg": "no secret-bucket"}
    world.emulator.faults({"operation": GET, "nth": 1, "status": 403, "body": said})
    return world.declared("billing", onFailure={"bucket": "secret-bucket"})


@pytest.mark.parametrize(
    "successor", [_not_there, _no_bucket, _mistyped_region, _somebody_else_s, _unread]
)
def test_what_is_replaced_stays_where_its_successor_would_be_refused(
    world: World, successor: Callable[[World], dict[str, Any]]
) -> None:
    """The engine deletes it first, so a refusal by the create would come too late."""
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    world.configure()
    news = successor(world)
    plugin.checked("a", news, state)
    plugin.checked("a", news)  # the engine checks a replacement twice
    with pytest.raises(Failed, match="was not deleted, because the one that replaces it") as told:
        plugin.delete("a", id_, state)
    assert world.live() is not None
    assert "secret-bucket" not in told.value.text


def test_what_replaces_another_one_is_judged_once(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    world.configure()
    news = plugin.checked("a", world.declared("billing", onFailure={"bucket": "results"}), state)
    world.emulator.faults({"operation": "HeadBucket", "status": 403})
    plugin.delete("a", id_, state)
    warned = [each for each in plugin.lines if each.severity == "WARNING"]
    assert warned
    assert plugin.create("a", news).id == world.urn("billing")
    assert [each for each in plugin.lines if each.severity == "WARNING"] == warned


def test_a_config_that_was_set_anew_by_somebody_else_is_not_deleted(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    world.put("orders", max_async_retry_attempts=3, on_failure=Bucket(bucket="results"))
    world.configure()
    earlier = state | {"createdTime": "2020-01-02T03:04:05+08:00"}
    with pytest.raises(Failed, match="was not deleted"):
        plugin.delete("a", id_, earlier)
    assert world.live() is not None


def test_a_preview_gives_up_a_cloud_that_sends_for_ever_after_the_time_for_looks(
    world: World,
) -> None:
    with sending(endless("headers")) as address:
        endpoints = json.dumps(dict.fromkeys(SERVICES, f"http://{address}"))
        world.configure(endpoints=endpoints, precheckTimeout="0.5")
        started = time.monotonic()
        with pytest.raises(Failed, match="could not read the async config"):
            world.plugin.create("a", world.plugin.checked("a", world.declared()), preview=True)
    assert time.monotonic() - started < 5
