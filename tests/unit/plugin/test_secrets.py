"""Secrets come back marked, and are in clear in no answer, log line, error or finding."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function
from unit.plugin.conftest import World
from unit.plugin.plugin_process import SIGNATURE, UNKNOWN, Failed, output, plain, secret

PUT = "UpdateFunctionAsyncInvokeConfig"
NESTED = {"destination": "OBS", "bucket": secret("canary-bucket"), "prefix": "", "expires": 0}
RAW = {"destination": "OBS", "param": secret(json.dumps({"bucket": "canary-bucket"}))}


def is_marked(value: Any) -> bool:
    return isinstance(value, dict) and SIGNATURE in value


def in_clear(value: object, *, is_secret: bool = False) -> str:
    """All that a bag shows beside what is marked as secret."""
    if isinstance(value, dict):
        return "" if SIGNATURE in value else " ".join(in_clear(each) for each in value.values())
    return str(value)


@pytest.mark.parametrize(
    ("target", "marked"),
    [
        (NESTED, ("bucket",)),
        (secret({"destination": "OBS", "bucket": "canary-bucket"}), ()),
        (RAW, ("param",)),
        ({"destination": "OBS", "bucket": output("canary-bucket", is_secret=True)}, ("bucket",)),
        ({"destination": "OBS", "bucket": secret("results"), "prefix": secret("canary/")},
         ("bucket", "prefix")),
    ],
    ids=["nested", "whole", "raw", "output", "two"],
)  # fmt: skip
def test_a_secret_is_marked_at_its_path_in_every_answer(
    world: World, target: dict[str, Any], marked: tuple[str, ...]
) -> None:
    plugin, news = world.plugin, world.declared(onFailure=target)
    bags = [plugin.checked("a", news)]
    bags.append(plain(plugin.create("a", bags[0], preview=True).properties))
    created = plugin.create("a", bags[0])
    bags.append(plain(created.properties))
    changed = plugin.checked("a", news | {"maxAsyncRetryAttempts": 3}, bags[0])
    found = plugin.diff("a", created.id, bags[2], changed)
    bags.append(plain(plugin.update("a", created.id, bags[2], changed, preview=True).properties))
    bags.append(plain(plugin.update("a", created.id, bags[2], changed).properties))
    read = plugin.read("a", created.id, bags[4], changed)
    bags += [plain(read.properties), plain(read.inputs)]

    for bag in bags:
        assert "canary" not in in_clear(bag)
        kept = bag["onFailure"]
        if not marked:
            assert is_marked(kept)
            continue
        assert sorted(key for key, value in kept.items() if is_marked(value)) == sorted(marked)
    assert "canary" not in world.said() + str(found)
    assert list(found.detailedDiff) == ["maxAsyncRetryAttempts"]
    assert plugin.diff("a", created.id, bags[5], bags[6]).changes == found.DIFF_NONE


def test_a_secret_that_is_unknown_stays_both(world: World) -> None:
    for bucket in (secret(UNKNOWN), output(is_secret=True)):
        news = world.declared(onFailure={"destination": "OBS", "bucket": bucket})
        inputs = world.plugin.checked("a", news)
        assert inputs["onFailure"]["bucket"] == secret(UNKNOWN)
        previewed = plain(world.plugin.create("a", inputs, preview=True).properties)
        assert previewed["onFailure"]["bucket"] == secret(UNKNOWN)


def test_a_secret_number_is_marked_and_in_no_difference_or_failure(world: World) -> None:
    plugin, key = world.plugin, "maxAsyncEventAgeInSeconds"
    id_, state = plugin.made("a", world.declared() | {key: secret(54321)})
    assert is_marked(state[key])
    inputs = plugin.checked("a", world.declared() | {key: secret(12345)}, state)
    found = plugin.diff("a", id_, state, inputs)
    assert list(found.detailedDiff) == [key]
    refused = plugin.check("a", world.declared() | {key: secret(987654)})
    told = world.said() + "".join(each.reason for each in refused.failures)
    assert "is not allowed (not shown, it is secret)" in told
    for number in ("54321", "54,321", "12345", "12,345", "987654", "987,654"):
        assert number not in told


def test_what_somebody_moved_to_another_key_is_a_secret_as_a_whole(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared(onFailure=NESTED))
    world.put("orders", on_success=Bucket(bucket="canary-bucket"))
    read = plugin.read("a", id_, state, state)
    for bag in (plain(read.properties), plain(read.inputs)):
        assert is_marked(bag["onSuccess"])
        assert "canary" not in in_clear(bag)


def test_a_target_of_another_kind_that_somebody_set_is_a_secret_as_a_whole(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared(onFailure=NESTED))
    billing = Function(function_urn=FunctionUrn.parse(world.urn("billing")))
    world.put("orders", on_failure=billing)
    read = plugin.read("a", id_, state, state)
    assert is_marked(plain(read.properties)["onFailure"])


def test_a_value_that_becomes_a_secret_is_a_change(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared(onFailure={"bucket": "results"}))
    inputs = plugin.checked("a", world.declared(onFailure={"bucket": secret("results")}), state)
    found = plugin.diff("a", id_, state, inputs)
    assert list(found.detailedDiff) == ["onFailure"]
    updated = plain(plugin.update("a", id_, state, inputs).properties)
    assert is_marked(updated["onFailure"]["bucket"])
    assert plugin.diff("a", id_, updated, inputs).changes == found.DIFF_NONE


def test_a_function_that_is_a_secret_is_warned_of_because_it_is_the_id(world: World) -> None:
    news = {"functionUrn": secret(world.urn("orders"))}
    inputs = world.plugin.checked("a", news)
    assert is_marked(inputs["functionUrn"])
    assert "functionUrn is a secret, and cannot be kept as one" in world.said()
    id_, state = world.plugin.made("a", news)
    assert id_ == world.urn("orders")
    assert is_marked(state["functionUrn"])


def test_what_a_service_repeats_of_a_secret_is_not_shown(world: World) -> None:
    body = {"error_code": "FSS.0400", "error_msg": "no bucket canary-bucket, token=abc123"}
    world.configure(precheck="off")
    inputs = world.plugin.checked("a", world.declared(onFailure=NESTED))
    world.emulator.faults({"operation": PUT, "status": 400, "body": body})
    with pytest.raises(Failed) as failed:
        world.plugin.create("a", inputs)
    assert "HTTP 400 FSS.0400 no bucket (not shown)" in failed.value.text
    assert "canary" not in failed.value.text
    assert "abc123" not in failed.value.text


@pytest.mark.parametrize("preview", [True, False])
def test_no_finding_names_a_secret_target(world: World, preview: bool) -> None:  # noqa: FBT001
    target = {"destination": "OBS", "bucket": secret("canary-gone")}
    world.configure(precheck="warn")
    inputs = world.plugin.checked("a", world.declared(onFailure=target))
    world.plugin.create("a", inputs, preview=preview)
    assert "FGN" in world.said()
    assert "canary" not in world.said()


@pytest.mark.parametrize("on_cycle", ["error", "warn"])
def test_a_cycle_through_a_secret_function_names_no_secret(world: World, on_cycle: str) -> None:
    """What another config declares as its own function is no secret: it is that one's id."""
    plugin = world.plugin
    world.configure(onCycle=on_cycle)
    plugin.checked("b", world.declared("billing", onSuccess=world.to("orders")))
    hidden = world.to("billing") | {"functionUrn": secret(world.urn("billing"))}
    checked = plugin.check("a", world.declared(onSuccess=hidden))
    said = world.said() + "".join(each.reason for each in checked.failures)
    assert "FGN101" in said
    assert len(checked.failures) == (1 if on_cycle == "error" else 0)
    a_self_loop = world.to("shipping") | {"functionUrn": secret(world.urn("shipping"))}
    plugin.check("c", world.declared("shipping", onSuccess=a_self_loop))
