"""Cycles among what one run declares, and through what is live, as the plugin judges them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Function
from unit.plugin.conftest import World
from unit.plugin.plugin_process import UNKNOWN, Failed, secret


def edge(world: World, source: str, target: str, **more: Any) -> dict[str, Any]:
    return world.declared(source, onSuccess=world.to(target, **more))


def refused(world: World, name: str, news: dict[str, Any], olds: Any = None) -> list[str]:
    return [each.reason for each in world.plugin.check(name, news, olds).failures]


def test_the_check_of_the_config_that_closes_a_cycle_refuses_it(world: World) -> None:
    assert refused(world, "a", edge(world, "orders", "billing")) == []
    assert refused(world, "b", edge(world, "billing", "shipping")) == []
    (reason,) = refused(world, "c", edge(world, "shipping", "orders"))
    assert re.match(r"FGN101 error: [abc]\.onSuccess: cycle ", reason)
    assert reason.endswith("FUNCTIONGRAPH_ON_CYCLE=warn pulumi …")
    assert world.emulator.requests() == []


@pytest.mark.parametrize("change", [{"onCycle": "warn"}, {"precheck": "warn"}])
def test_a_cycle_is_only_said_where_the_settings_ask_for_that(
    world: World, change: dict[str, str]
) -> None:
    world.configure(**change)
    assert refused(world, "a", edge(world, "orders", "orders")) == []
    assert "FGN101" in world.said()
    assert {each.severity for each in world.plugin.lines} == {"WARNING"}


def test_a_cycle_that_is_accepted_stops_nothing_and_is_said_once(world: World) -> None:
    why = {"allowCycle": "it ends after the third time"}
    declared = {
        "a": edge(world, "orders", "billing", **why),
        "b": edge(world, "billing", "orders"),
    }
    checked = {name: world.plugin.checked(name, news) for name, news in declared.items()}
    for name, inputs in checked.items():
        world.plugin.create(name, inputs, preview=True)
    (said,) = [each.text for each in world.plugin.lines if "FGN102" in each.text]
    assert said.endswith("(intended: it ends after the third time)")


def test_a_swap_and_a_config_that_turns_round_are_no_cycle(world: World) -> None:
    plugin = world.plugin
    id_, _ = plugin.made("a", edge(world, "orders", "billing"))
    world.configure()
    before, after = edge(world, "orders", "billing"), edge(world, "billing", "orders")
    assert refused(world, "a", after, before) == []
    again = plugin.checked("a", after)  # the engine checks a replacement twice
    plugin.create("a", again, preview=True)
    assert "FGN101" not in world.said()
    plugin.delete("a", id_, before)
    plugin.create("a", again)
    assert "FGN101" not in world.said()

    world.configure()
    shipping = edge(world, "orders", "shipping")
    assert refused(world, "b", shipping, edge(world, "shipping", "orders")) == []
    assert refused(world, "a", edge(world, "shipping", "billing"), shipping) == []


def test_functions_that_are_unknown_are_not_one_function(world: World) -> None:
    target = world.to("orders")
    assert refused(world, "a", {"functionUrn": UNKNOWN, "onSuccess": target}) == []
    assert refused(world, "b", edge(world, "orders", "billing")) == []
    unknown = {"destination": "FunctionGraph", "functionUrn": UNKNOWN}
    assert refused(world, "c", world.declared("billing", onSuccess=unknown)) == []


def with_another_provider(world: World, **changed: str) -> None:
    """Go on with another provider of the same run, which has checked nothing yet."""
    world.plugin.configure(world.settings | changed, name="other")


ACROSS = (
    "cycle: what this program declares with another provider leads from this target back to the "
    "function"
)


@pytest.mark.parametrize("between", [(), ("shipping",)])
def test_a_cycle_across_two_providers_of_one_program_is_refused(
    world: World, between: tuple[str, ...]
) -> None:
    way = ("orders", *between, "billing")
    for number, (source, target) in enumerate(pairwise(way)):
        assert refused(world, f"c{number}", edge(world, source, target)) == []
    with_another_provider(world)
    (reason,) = refused(world, "last", edge(world, "billing", "orders"))
    assert reason.startswith(f"FGN101 error: last.onSuccess: {ACROSS}")
    assert reason.endswith("FUNCTIONGRAPH_ON_CYCLE=warn pulumi …")
    assert world.emulator.requests() == []


def test_a_secret_name_in_a_cycle_across_two_providers_is_not_shown(world: World) -> None:
    hidden = {"destination": "FunctionGraph", "functionUrn": secret(world.urn("billing"))}
    assert refused(world, "a", world.declared("orders", onFailure=hidden)) == []
    with_another_provider(world)
    (reason,) = refused(world, "b", edge(world, "billing", "orders"))
    assert ACROSS in reason
    assert world.name("billing") not in reason


@pytest.mark.parametrize("accepted", ["a", "b"])
def test_a_cycle_across_two_providers_that_is_accepted_stops_nothing(
    world: World, accepted: str
) -> None:
    why = {accepted: {"allowCycle": "it ends after the third time"}}
    assert refused(world, "a", edge(world, "orders", "billing", **why.get("a", {}))) == []
    with_another_provider(world)
    assert refused(world, "b", edge(world, "billing", "orders", **why.get("b", {}))) == []


def test_a_cycle_across_two_providers_is_a_warning_where_the_settings_ask_for_that(
    world: World,
) -> None:
    assert refused(world, "a", edge(world, "orders", "billing")) == []
    with_another_provider(world, onCycle="warn")
    assert refused(world, "b", edge(world, "billing", "orders")) == []
    assert ACROSS in world.said()


def test_a_config_is_not_sent_into_a_cycle_that_another_provider_has_closed_since(
    world: World,
) -> None:
    assert refused(world, "b", edge(world, "billing", "orders")) == []
    inputs = edge(world, "orders", "billing")
    with_another_provider(world)
    assert refused(world, "a", inputs)
    with pytest.raises(Failed, match=r"was not sent:\n  FGN101 error: a\.onSuccess: cycle: what"):
        world.plugin.create("a", inputs)
    assert world.live() is None


def test_no_way_leads_on_from_a_target_that_is_unknown_or_no_function(world: World) -> None:
    unknown = {"destination": "FunctionGraph", "functionUrn": UNKNOWN}
    bucket = {"destination": "OBS", "bucket": "results"}
    assert refused(world, "a", world.declared(onSuccess=unknown, onFailure=bucket)) == []
    with_another_provider(world)
    assert refused(world, "b", edge(world, "billing", "orders")) == []


def test_a_config_is_not_sent_into_a_cycle_that_another_check_has_closed_since(
    world: World,
) -> None:
    """As without a preview, where the engine creates one while it checks the next."""
    inputs = world.plugin.checked("a", edge(world, "orders", "billing"))
    assert refused(world, "b", edge(world, "billing", "orders"))
    with pytest.raises(Failed, match="was not sent:\n  FGN101 error: "):
        world.plugin.create("a", inputs)
    assert world.live() is None


def test_a_cycle_through_what_is_live_is_a_warning(world: World) -> None:
    orders = Function(function_urn=FunctionUrn.parse(world.urn("orders")))
    world.put("billing", on_success=orders)
    inputs = world.plugin.checked("a", edge(world, "orders", "billing"))
    world.plugin.create("a", inputs, preview=True)
    (line,) = [each for each in world.plugin.lines if "FGN101" in each.text]
    assert line.severity == "WARNING"
    world.plugin.create("a", inputs)
    assert world.live() is not None


def test_a_live_cycle_names_no_bucket_that_is_secret_in_another_config(world: World) -> None:
    shipping = world.name("shipping")
    world.emulator.seed(
        f"functions: [{{name: {shipping}, xrole: trust, triggers: [{{bucket: canary-bucket}}]}}]"
    )
    hidden = {"destination": "OBS", "bucket": secret("canary-bucket")}
    world.plugin.checked("a", world.declared("orders", onFailure=hidden))
    news = world.plugin.checked("b", edge(world, "shipping", "orders"))
    world.plugin.create("b", news, preview=True)
    assert "FGN101" in world.said()
    assert "canary" not in world.said()


def test_what_a_gate_judges_is_not_judged_again_and_counts_for_others(world: World) -> None:
    world.plugin.leave_to_gate("a")
    inputs = world.plugin.checked("a", edge(world, "orders", "billing"))
    (reason,) = refused(world, "b", edge(world, "billing", "orders"))
    assert "FGN101" in reason
    world.put("orders", max_async_retry_attempts=3)
    world.methods()
    world.plugin.create("a", inputs, preview=True)
    assert world.methods() == []


def test_a_cycle_is_told_by_names_that_hold_what_divides_a_urn(world: World) -> None:
    assert refused(world, "shop::a", edge(world, "orders", "billing")) == []
    (reason,) = refused(world, "shop::b", edge(world, "billing", "orders"))
    assert re.match(r"FGN101 error: shop::[ab]\.onSuccess: cycle ", reason)


@pytest.mark.parametrize("is_judged", [True, False])
def test_a_gate_warns_of_what_it_judges_and_no_plugin_of_another_provider_knows(
    world: World, *, is_judged: bool
) -> None:
    world.plugin.configure(world.settings | {"onCycle": "warn"}, name="default-eu")
    if is_judged:
        world.plugin.leave_to_gate("a", "b")
    assert refused(world, "a", edge(world, "orders", "orders")) == []
    assert ("FGN101" not in world.said()) is is_judged
