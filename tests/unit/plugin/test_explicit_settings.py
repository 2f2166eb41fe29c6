"""What a text says of the settings of an explicit provider, which has none of the stack's."""

from __future__ import annotations

import pytest

from pulumi_functiongraph.cloud.endpoints import override_hint
from pulumi_functiongraph.plugin.explicit_settings import as_explicit_settings
from unit.plugin.conftest import World
from unit.plugin.plugin_process import Failed

DEFAULT = "default_0_1_0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "no region: pulumi config set functiongraph:region <region>, or set OS_REGION",
            "no region: set region in the provider, or set OS_REGION",
        ),
        (
            "Set it: pulumi config set functiongraph:domainId <id>, or OS_DOMAIN_ID",
            "Set domainId in the provider, or OS_DOMAIN_ID",
        ),
        (
            "Set others with pulumi config set --secret functiongraph:accessKey (and secretKey)",
            "Set accessKey in the provider (and secretKey)",
        ),
        (
            "pulumi config set functiongraph:agencyName and functiongraph:agencyDomainName, or",
            "set agencyName and agencyDomainName in the provider, or",
        ),
        (
            """pulumi config set functiongraph:endpoints '{"obs": "https://…"}', or""",
            """set endpoints to '{"obs": "https://…"}' in the provider, or""",
        ),
        (
            "set functiongraph:accessKey and functiongraph:secretKey (pulumi config set --secret)",
            "set the provider's accessKey and the provider's secretKey",
        ),
        (
            f"check it; {override_hint('obs')}",
            (
                """check it; set endpoints to '{"obs": "https://…"}' in the provider, or for one """
                """run FUNCTIONGRAPH_ENDPOINTS='{"obs": "https://…"}'"""
            ),
        ),
        ("Set functiongraph:liveGraph to on", "Set the provider's liveGraph to on"),
        ("the credentials in Pulumi config", "the credentials in the provider's own settings"),
        ("functiongraph:index:getFunction", "functiongraph:index:getFunction"),
        ("dynamic/functiongraph:region", "dynamic/functiongraph:region"),
    ],
)
def test_what_to_do_is_to_be_done_in_the_provider(text: str, expected: str) -> None:
    assert as_explicit_settings(text) == expected


def test_half_a_set_of_keys_is_to_be_completed_where_it_is_given(world: World) -> None:
    half = {key: value for key, value in world.settings.items() if key != "secretKey"}
    world.plugin.configure(half, name="frankfurt")
    with pytest.raises(Failed, match="secretKey is missing; set secretKey in the provider"):
        world.plugin.made("orders", world.declared())


@pytest.mark.parametrize("kept", ["accessKey", "secretKey"])
def test_the_command_that_completes_a_set_of_keys_stands_in_the_message(
    world: World, kept: str
) -> None:
    other = "secretKey" if kept == "accessKey" else "accessKey"
    half = {key: value for key, value in world.settings.items() if key != other}
    told = {
        name: [each.reason for each in world.plugin.check_config(half, name=name).failures]
        for name in ("frankfurt", DEFAULT)
    }
    missing = f"are not complete: {other} is missing"
    command = f"pulumi config set --secret functiongraph:{other} <value>"
    assert told == {
        "frankfurt": [
            f"the credentials in the provider's own settings {missing}; set {other} in the provider"
        ],
        DEFAULT: [f"the credentials in Pulumi config {missing}; {command}"],
    }


def test_a_setting_that_is_not_valid_is_named_as_the_provider_has_it(world: World) -> None:
    news = world.settings | {"precheckTimeout": "soon"}
    told = {
        name: [each.reason for each in world.plugin.check_config(news, name=name).failures]
        for name in ("frankfurt", DEFAULT)
    }
    assert "the provider's precheckTimeout" in str(told["frankfurt"])
    assert "functiongraph:precheckTimeout" in str(told[DEFAULT])


def test_a_wrong_key_is_told_with_the_provider_as_its_source(world: World) -> None:
    wrong = world.settings | {"secretKey": "canary-key"}
    world.plugin.configure(wrong, name="frankfurt")
    with pytest.raises(Failed, match="access key from the provider's own settings") as refused:
        world.plugin.made("orders", world.declared())
    assert "Set accessKey in the provider" in str(refused.value)
    assert "functiongraph:accessKey" not in str(refused.value)

    world.configure()
    world.plugin.configure(wrong, name=DEFAULT)
    with pytest.raises(Failed, match="access key from Pulumi config"):
        world.plugin.made("orders", world.declared())


def test_a_warning_about_a_wrong_key_has_the_same_source(world: World) -> None:
    wrong = world.settings | {"secretKey": "canary-key", "precheck": "warn"}
    world.plugin.configure(wrong, name="frankfurt")
    world.plugin.create("orders", world.declared(), preview=True)
    assert "access key from the provider's own settings" in world.said()
    assert "functiongraph:accessKey" not in world.said()


def test_a_short_name_without_a_region_is_completed_in_the_provider(world: World) -> None:
    placeless = {key: value for key, value in world.settings.items() if key != "region"}
    world.plugin.configure(placeless, name="frankfurt")
    failed = world.plugin.check("orders", {"functionUrn": "orders"}).failures
    assert "set region in the provider" in failed[0].reason
