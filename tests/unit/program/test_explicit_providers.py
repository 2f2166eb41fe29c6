"""Configs with an explicit provider: judged with all else, and asked about by the plugin alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from factories import PROJECT, REGION, TOPIC, URN
from pulumi_functiongraph import FunctionTarget, SmnTarget
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.native import AsyncNotificationConfig, Provider
from pulumi_functiongraph.program.explicit_providers import ExplicitProvider
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import Engine, run

OTHER = URN.replace("orders", "billing")
HERE = {"region": REGION, "projectId": PROJECT}
ELSEWHERE: Any = {"region": "eu-nl", "project_id": "1" * 32}


def with_provider(provider: pulumi.ProviderResource) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=provider)


def report(body: Callable[[], Any], **more: Any) -> str:
    """Why a program is stopped."""
    engine = Engine()
    with pytest.raises(pulumi.RunError) as stopped:
        run(body, engine=engine, settings=HERE, **more)
    assert not any(name.startswith("config") for name in engine.registered)
    return str(stopped.value)


def test_nobody_asks_about_it_with_the_program_s_account(
    cloud: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[FunctionUrn] = []

    class Asked:
        def get_async_config(self, urn: FunctionUrn) -> None:
            asked.append(urn)

    monkeypatch.setattr(Account, "configs", lambda _self, **_more: Asked())

    def program() -> Any:
        own = with_provider(Provider("other", **ELSEWHERE))
        AsyncNotificationConfig("config", own, function_urn=URN, on_success=SmnTarget(TOPIC))

    for is_update in (False, True):
        run(program, settings=HERE, is_update=is_update)
    assert (cloud.asked.total(), asked) == (0, [])


def test_credentials_of_the_program_may_be_wrong_where_it_uses_none(
    cloud: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = {**HERE, "accessKey": "a key without its secret"}

    def with_own(*names: str) -> None:
        own = with_provider(Provider("other", **ELSEWHERE))
        opts = {"config": own, "default": pulumi.ResourceOptions()}
        for name in names:
            AsyncNotificationConfig(name, opts[name], function_urn=URN.replace("orders", name))

    run(lambda: with_own("config"), settings=half)
    with pytest.raises(pulumi.RunError, match="secretKey"):
        run(lambda: with_own("config", "default"), settings=half)


def test_its_values_are_judged_before_anything_is_registered(cloud: Facts) -> None:
    def program() -> None:
        own = with_provider(Provider("other"))
        AsyncNotificationConfig("config", own, function_urn=URN, max_async_retry_attempts=9)

    assert "FGN001 error: config.max_async_retry_attempts" in report(program)


@pytest.mark.parametrize("given", [ELSEWHERE, {}, {"region": "eu-nl"}])
def test_a_name_that_it_completes_is_none_that_the_program_s_settings_complete(
    cloud: Facts, given: Any
) -> None:
    def program() -> None:
        own = with_provider(Provider("other", **given))
        AsyncNotificationConfig(
            "config", function_urn="orders", on_success=FunctionTarget("billing")
        )
        AsyncNotificationConfig("config-2", own, function_urn="orders")
        AsyncNotificationConfig(
            "config-3", own, function_urn="billing", on_success=FunctionTarget("orders")
        )

    engine = run(program, settings={**HERE, "precheck": "off"})
    assert len(engine.registered) == 4


@pytest.mark.parametrize("given", [ELSEWHERE, {}])
def test_equal_names_with_one_provider_are_one_function(cloud: Facts, given: Any) -> None:
    def cycle() -> None:
        own = with_provider(Provider("other", **given))
        AsyncNotificationConfig(
            "config", own, function_urn="orders", on_success=FunctionTarget("billing")
        )
        AsyncNotificationConfig(
            "config-2", own, function_urn="billing", on_failure=FunctionTarget("orders")
        )

    def twice() -> None:
        own = with_provider(Provider("other", **given))
        AsyncNotificationConfig("config", own, function_urn="orders")
        AsyncNotificationConfig("config-2", own, function_urn="orders")

    assert "FGN101" in report(cycle)
    assert "FGN002" in report(twice)


def test_a_cycle_through_two_providers_is_found(cloud: Facts) -> None:
    def program() -> None:
        own = with_provider(Provider("other"))
        AsyncNotificationConfig("config", own, function_urn=URN, on_success=FunctionTarget(OTHER))
        AsyncNotificationConfig("config-2", function_urn=OTHER, on_failure=FunctionTarget(URN))

    assert "FGN101" in report(program)


@pytest.mark.parametrize("given", [{}, {"region": REGION}, {"access_key": "A", "secret_key": "S"}])
def test_a_cycle_is_found_where_providers_have_their_place_from_the_environment(
    cloud: Facts, given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_REGION_NAME", REGION)
    monkeypatch.setenv("HW_PROJECT_ID", PROJECT)

    def program(*, elsewhere: Any) -> None:
        one, two = Provider("one", **given), Provider("two", **given, **elsewhere)
        AsyncNotificationConfig(
            "config", with_provider(one), function_urn="orders", on_success=FunctionTarget(OTHER)
        )
        AsyncNotificationConfig(
            "config-2", with_provider(two), function_urn="billing", on_failure=FunctionTarget(URN)
        )

    assert "FGN101" in report(lambda: program(elsewhere={}))
    off = {**HERE, "precheck": "off"}
    run(lambda: program(elsewhere={"project_id": "1" * 32}), settings=off)
    run(lambda: program(elsewhere={"project_id": pulumi.Output.from_input(PROJECT)}), settings=off)


def test_a_place_that_nobody_could_tell_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_REGION_NAME", REGION)
    assert not ExplicitProvider.of("urn:other", {}).region
    assert not ExplicitProvider.of("urn:other", {"projectId": "no id!"}).region


BY_NAME = {
    "functionUrn": "orders",
    "onSuccess": {"destination": "FunctionGraph", "functionUrn": "default/orders"},
    "onFailure": {"destination": "FunctionGraph", "functionUrn": URN},
}


def test_names_of_an_unknown_place_are_unknown_and_stand_for_themselves() -> None:
    open_place = ExplicitProvider.of("urn:other", {"region": UNKNOWN, "projectId": "p"})
    assert open_place.completed(BY_NAME) == (
        {
            "functionUrn": UNKNOWN,
            "onSuccess": {"destination": "FunctionGraph", "functionUrn": UNKNOWN},
            "onFailure": {"destination": "FunctionGraph", "functionUrn": URN},
        },
        {
            "functionUrn": "urn:other#orders",
            "onSuccess.functionUrn": "urn:other#default/orders",
        },
    )
    known = ExplicitProvider.of("urn:other", {"region": "eu-de", "projectId": "p"})
    assert known.completed(BY_NAME) == (BY_NAME, {})
    assert open_place.completed({"onSuccess": UNKNOWN}) == ({"onSuccess": UNKNOWN}, {})


def test_what_only_the_other_provider_looks_at_is_warned_of_where_events_get_there(
    cloud: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_more: warned.append(text))
    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", "on")

    def program(*, gets_there: bool) -> None:
        own = with_provider(Provider("other", **ELSEWHERE))
        AsyncNotificationConfig("config", own, function_urn=OTHER, on_success=SmnTarget(TOPIC))
        target = FunctionTarget(OTHER) if gets_there else None
        AsyncNotificationConfig("config-2", function_urn=URN, on_success=target)

    run(lambda: program(gets_there=True), settings={**HERE, "precheck": "off"})
    (told,) = [text for text in warned if "FGN103" in text]
    assert "what is live there is looked at by the provider other" in told

    warned.clear()
    run(lambda: program(gets_there=False), settings={**HERE, "precheck": "off"})
    assert not [text for text in warned if "FGN103" in text]
