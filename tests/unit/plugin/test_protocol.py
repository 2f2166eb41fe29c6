"""The calls of the engine in the order in which it makes them, against the local cloud."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.plugin.structs import DEEPEST
from unit.plugin.conftest import World
from unit.plugin.plugin_process import UNKNOWN, Failed, plain

PROCESS = True
"""The plugin is a process of its own here, as the engine starts it."""

PORTS = count(1)
"""Of engines that nobody asks anything."""

KINDS = provider_pb2.PropertyDiff
BUCKET = {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 0}


def test_a_new_config_is_previewed_without_a_write_and_then_created(world: World) -> None:
    plugin, news = world.plugin, world.declared(maxAsyncRetryAttempts=2, onFailure=BUCKET)

    inputs = plugin.checked("a", news)
    assert inputs == {**news, "maxAsyncEventAgeInSeconds": 3600}
    assert world.methods() == []
    previewed = plain(plugin.create("a", inputs, preview=True).properties)
    assert previewed == {**inputs, "createdTime": UNKNOWN, "lastModified": UNKNOWN}
    assert set(world.methods()) == {"GET"}  # the look, the pre-check and the walk

    world.configure(precheck="off", liveGraph="off")
    created = plugin.create("a", plugin.checked("a", news))
    assert created.id == world.urn("orders")
    outputs = plain(created.properties)
    assert outputs.items() >= inputs.items()
    assert outputs["createdTime"]
    assert outputs["lastModified"]
    assert world.methods() == ["GET", "PUT"]


def test_an_unchanged_config_is_no_difference_and_no_request(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared(onFailure=BUCKET))
    world.configure()
    world.methods()
    same = plugin.checked("a", world.declared(onFailure=BUCKET), state)
    found = plugin.diff("a", id_, state, same)
    assert found.changes == found.DIFF_NONE
    assert dict(found.detailedDiff) == {}
    assert world.methods() == []


def test_a_changed_config_is_told_by_path_and_updated(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared(onFailure=BUCKET))
    topic = f"urn:smn:{world.settings['region']}:{world.settings['projectId']}:done"
    success = {"destination": "SMN", "topicUrn": topic}
    changed = world.declared(
        maxAsyncRetryAttempts=3, onSuccess=success, onFailure=BUCKET | {"expires": 4}
    )
    world.configure()
    world.methods()
    inputs = plugin.checked("a", changed, state)

    found = plugin.diff("a", id_, state, inputs)
    assert found.changes == found.DIFF_SOME
    assert {path: each.kind for path, each in found.detailedDiff.items()} == {
        "maxAsyncRetryAttempts": KINDS.UPDATE,
        "onFailure.expires": KINDS.UPDATE,
        "onSuccess": KINDS.ADD,
    }
    assert list(found.diffs) == ["maxAsyncRetryAttempts", "onFailure", "onSuccess"]
    assert list(found.replaces) == []
    assert world.methods() == []

    previewed = plain(plugin.update("a", id_, state, inputs, preview=True).properties)
    assert previewed == {
        **inputs,
        "createdTime": state["createdTime"],
        "lastModified": UNKNOWN,
    }
    assert "PUT" not in world.methods()
    outputs = plain(plugin.update("a", id_, state, inputs).properties)
    assert outputs.items() >= inputs.items()
    assert world.methods() == ["GET", "PUT"]

    world.configure()
    without = plugin.checked("a", world.declared(onSuccess=success), outputs)
    found = plugin.diff("a", id_, outputs, without)
    assert found.detailedDiff["onFailure"].kind == KINDS.DELETE


def test_another_function_replaces_delete_first_and_an_unknown_one_is_an_update(
    world: World,
) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    world.configure()
    world.methods()

    news = plugin.checked("a", world.declared("billing"), state)
    found = plugin.diff("a", id_, state, news)
    assert found.detailedDiff["functionUrn"].kind == KINDS.UPDATE_REPLACE
    assert list(found.replaces) == ["functionUrn"]
    assert found.deleteBeforeReplace
    assert world.methods() == []

    unknown = plugin.checked("a", {"functionUrn": UNKNOWN}, state)
    later = plugin.diff("a", id_, state, unknown)
    assert later.changes == later.DIFF_SOME
    assert later.detailedDiff["functionUrn"].kind == KINDS.UPDATE
    assert list(later.replaces) == []
    assert world.methods() == []

    again = plugin.checked("a", world.declared("billing"))
    plugin.delete("a", id_, state)
    assert plugin.create("a", again).id == world.urn("billing")
    assert (world.live("orders"), world.live("billing") is None) == (None, False)


def test_a_refresh_reads_what_is_live_and_compares_it_with_what_is_declared(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    inputs = {key: state[key] for key in state if key not in ("createdTime", "lastModified")}
    world.put("orders", max_async_retry_attempts=0, on_failure=Bucket(bucket="results"))
    world.configure()

    read = plugin.read("a", id_, state, inputs)
    assert read.id == id_
    assert plain(read.inputs) == inputs | {"maxAsyncRetryAttempts": 0, "onFailure": BUCKET}
    assert world.methods() == ["GET"]
    # The engine turns this comparison round.
    found = plugin.diff("a", id_, plain(read.properties), inputs)
    assert {path: each.kind for path, each in found.detailedDiff.items()} == {
        "maxAsyncRetryAttempts": KINDS.UPDATE,
        "onFailure": KINDS.DELETE,
    }
    assert "declared → live: maxAsyncRetryAttempts: 1 → 0 retries" in world.said()


def test_a_refresh_finds_out_that_a_config_is_gone(world: World) -> None:
    plugin = world.plugin
    id_, state = plugin.made("a", world.declared())
    world.configure()
    plugin.delete("a", id_, state)
    gone = plugin.read("a", id_, state)
    assert gone.id == ""
    assert world.live() is None
    plugin.delete("a", id_, state)  # once more is success


@pytest.mark.parametrize("form", ["long", "name", "package"])
def test_an_import_reads_a_config_by_each_form_of_its_name(world: World, form: str) -> None:
    plugin = world.plugin
    world.put("orders", max_async_retry_attempts=3, on_failure=Bucket(bucket="results"))
    name = world.name("orders")
    given = {"long": world.urn("orders"), "name": name, "package": f"default:{name}"}[form]

    read = plugin.read("a", given)
    assert read.id == world.urn("orders")
    inputs, state = plain(read.inputs), plain(read.properties)
    assert inputs == world.declared(
        maxAsyncRetryAttempts=3, maxAsyncEventAgeInSeconds=3600, onFailure=BUCKET
    )
    assert plugin.checked("a", inputs, inputs) == inputs
    other = plugin.checked("a", inputs | {"maxAsyncRetryAttempts": 2}, inputs)
    found = plugin.diff("a", read.id, state, other)
    assert list(found.detailedDiff) == ["maxAsyncRetryAttempts"]
    assert world.methods() == ["GET"]
    told = [each.severity for each in plugin.lines if "under another name already" in each.text]
    assert told == ["INFO"]  # once a process


def test_an_import_says_what_there_is_nothing_of(world: World) -> None:
    for function, told in {
        "orders": "there is no async notification",
        "nobody": "there is no fun",
    }.items():
        with pytest.raises(Failed, match=f"^id: {told}.*{world.urn(function)}") as refused:
            world.plugin.read("a", world.name(function))
        assert ("declare it without the import" in refused.value.text) is (function == "orders")


def test_one_function_that_is_imported_twice_is_refused_the_second_time(world: World) -> None:
    plugin = world.plugin
    world.put("orders")
    for name in ("read alone", "first", "second"):
        imported = plain(plugin.read(name, world.name("orders")).inputs)
    for _ in range(2):
        plugin.checked("first", imported)
    with pytest.raises(Failed, match=r"first of this import has the config .* import it once"):
        plugin.check("second", imported)


@pytest.mark.parametrize("odd", ["!!", "", "urn:fss:short", "orders:!prod", "a/b/c/d"])
def test_an_import_refuses_what_names_no_version_of_a_function(world: World, odd: str) -> None:
    with pytest.raises(Failed, match=r"^id: ") as refused:
        world.plugin.read("a", odd)
    assert "\n" not in refused.value.text.strip()
    assert world.methods() == []


def test_what_is_imported_again_under_another_spelling_is_not_deleted(world: World) -> None:
    plugin = world.plugin
    world.put("orders")
    first = plugin.read("a", world.urn("orders"))
    world.configure()
    again = plugin.read("a", world.name("orders"))
    plugin.checked("a", plain(again.inputs), plain(first.inputs))
    plugin.delete("a", first.id, plain(first.properties))
    assert world.live() is not None
    assert "is kept" in world.said()


def test_an_attached_plugin_logs_at_the_engine_that_it_was_told_of(world: World) -> None:
    plugin = world.plugin
    plugin.call("Attach", plugin_pb2.PluginAttach(address=plugin.address))
    world.put("orders")
    plugin.create("a", plugin.checked("a", world.declared()))
    assert [(each.severity, each.resource) for each in plugin.lines] == [("INFO", "a")]
    assert "is taken over" in world.said()


def test_one_process_serves_no_two_providers_with_other_settings(world: World) -> None:
    """As where all of a run attach to the process of PULUMI_DEBUG_PROVIDERS."""
    plugin, other = world.plugin, world.settings | {"region": "eu-nl"}

    def turn() -> None:
        plugin.end_run()
        plugin.call("Attach", plugin_pb2.PluginAttach(address=f"127.0.0.1:{next(PORTS)}"))

    turn()
    plugin.configure(world.settings, name="default")
    with pytest.raises(Failed, match="serves the provider default, and frankfurt has other set"):
        plugin.configure(other, name="frankfurt")
    assert plugin.checked("a", {"functionUrn": world.name("orders")})["functionUrn"] == world.urn(
        "orders"
    )
    plugin.configure(other, name="default")  # as where the update knows more than the preview
    turn()
    plugin.configure(world.settings, name="frankfurt")
    plugin.configure(world.settings, name="default")
    assert plugin.checked("a", {"functionUrn": world.name("orders")})
    plugin.call("Attach", plugin_pb2.PluginAttach(address=plugin.address))
    plugin.configure(world.settings)


def test_an_attached_process_refuses_a_second_engine_during_a_run(world: World) -> None:
    """Or it would forget what the first run has declared, and delete what was renamed in it."""
    first = world.plugin
    id_, state = first.made("old", world.declared())
    world.configure()
    renamed = first.checked("new", world.declared())
    lines = first.engine
    with first.another_engine() as second:
        with pytest.raises(Failed, match="serves a run that is under way: its engine is at 127"):
            second.configure(world.settings | {"region": "eu-nl"})
        for call in (
            lambda: second.check("b", world.declared("billing")),
            lambda: second.delete("old", id_, state),
        ):
            with pytest.raises(Failed, match="serves the run of another engine"):
                call()
        first.create("new", renamed)
        first.delete("old", id_, state)
        assert world.live() is not None
        assert [each.resource for each in lines.lines] == ["new", "old"]
        assert second.engine.lines == []


def test_an_attached_process_serves_a_second_engine_after_the_first(world: World) -> None:
    """What the first one still asks for is refused: it would be judged as of the other run."""
    first = world.plugin
    id_, state = first.made("old", world.declared())
    first.end_run()
    with first.another_engine() as second:
        second.configure(world.settings)
        assert second.checked("b", world.declared("billing"))
        with pytest.raises(Failed, match="nothing was done"):
            first.delete("old", id_, state)
        assert world.live() is not None


def test_a_second_engine_is_served_once_the_first_has_cancelled(world: World) -> None:
    """As the engine of a preview does, which answers still while the update begins."""
    with world.plugin.another_engine() as second:
        second.call("Cancel", Empty())
        with pytest.raises(Failed, match="under way"):
            second.configure(world.settings)
        world.plugin.call("Cancel", Empty())
        second.configure(world.settings)
        assert second.checked("b", world.declared("billing"))


@pytest.mark.parametrize("levels", [60, 90, 400])
def test_a_bag_that_is_nested_too_deep_is_refused_by_name(world: World, levels: int) -> None:
    bag: dict[str, object] = {"end": "canary"}
    for _ in range(levels):
        bag = {"inner": bag}
    plugin, news = world.plugin, world.declared(onFailure=bag)
    if levels < DEEPEST:
        (failure,) = plugin.check("a", news).failures
        assert failure.reason.startswith("onFailure: names no target")
        return
    calls: list[Callable[[], object]] = [
        lambda: plugin.check("a", news),
        lambda: plugin.create("a", news),
        lambda: plugin.check_config({"onFailure": bag}),
    ]
    for call in calls:
        with pytest.raises(Failed, match="onFailure: is nested too deep; allowed: ") as refused:
            call()
        assert "canary" not in refused.value.text


def test_an_equal_live_config_is_told_to_be_taken_over_and_another_one_is_refused(
    world: World,
) -> None:
    plugin = world.plugin
    world.put("orders", max_async_retry_attempts=3)

    equal = plugin.checked("a", world.declared(maxAsyncRetryAttempts=3))
    plugin.create("a", equal, preview=True)
    assert "is live already as declared, and is taken over" in world.said()

    other = plugin.checked("a", world.declared())
    with pytest.raises(Failed, match="does not own") as refused:
        plugin.create("a", other, preview=True)
    assert "maxAsyncRetryAttempts: 3 → 1 retry" in refused.value.text
    assert "adopt: true" in refused.value.text
    assert "PUT" not in world.methods()

    adopting = plugin.checked("a", world.declared(adopt=True))
    assert plain(plugin.create("a", adopting, preview=True).properties)["adopt"] is True
    assert plain(plugin.create("a", adopting).properties)["maxAsyncRetryAttempts"] == 1


def test_what_is_live_of_this_stack_itself_is_not_told_to_be_taken_over(world: World) -> None:
    """As when a replacement is asked for, or two resources swap their functions."""
    plugin = world.plugin
    for name, function in (("a", "orders"), ("b", "billing")):
        plugin.made(name, world.declared(function, maxAsyncRetryAttempts=len(function) % 4))
    world.configure()
    of_a = world.declared(maxAsyncRetryAttempts=2)
    of_b = world.declared("billing", maxAsyncRetryAttempts=3)
    plugin.checked("a", world.declared("billing", maxAsyncRetryAttempts=2), of_a)
    swapped = plugin.checked("b", world.declared(maxAsyncRetryAttempts=3), of_b)
    plugin.create("b", swapped, preview=True)
    assert "taken over" not in world.said()

    world.put("orders", max_async_retry_attempts=0)
    with pytest.raises(Failed, match="does not own"):
        plugin.create("b", swapped, preview=True)


def test_previews_of_forty_configs_wait_side_by_side(world: World) -> None:
    names = [f"many-{world.number}-{number}" for number in range(40)]
    world.emulator.seed({"functions": [{"name": each, "xrole": "trust"} for each in names]})
    world.configure(precheck="warn", liveGraph="off")
    place = world.urn("orders").rpartition(":function:")[0]
    inputs = {
        name: world.plugin.checked(name, {"functionUrn": f"{place}:function:default:{name}:latest"})
        for name in names
    }
    world.emulator.faults({"operation": "ShowFunctionAsyncInvokeConfig", "delay_seconds": 0.5})
    started = time.monotonic()
    with ThreadPoolExecutor(40) as threads:
        waits = [
            threads.submit(world.plugin.create, name, bag, preview=True)
            for name, bag in inputs.items()
        ]
        assert all(each.result().properties for each in waits)
    assert time.monotonic() - started < 10  # one after the other they take 20 s
    world.emulator.faults()
    assert world.methods().count("GET") == 40
