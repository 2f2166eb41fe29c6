"""What a program has declared so far."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from factories import URN
from pulumi_functiongraph.core.prechecks.cloud_objects import bucket
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES, DYNAMIC_CONFIG, NATIVE_CONFIG
from pulumi_functiongraph.program.declarations import Declarations
from pulumi_functiongraph.program.records import RecordedConfig

PLACE = "urn:pulumi:dev::shop"
BUCKET = "huaweicloud:Obs/bucket:Bucket"


@pytest.fixture(autouse=True)
def _in_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(pulumi, "get_project", lambda: "shop")


def made(
    type_token: str, name: str, *, parent: pulumi.Resource | None = None, **inputs: Any
) -> pulumi.ResourceTransformationArgs:
    """A resource that is being constructed, as a transformation sees it."""
    kind = pulumi.ComponentResource if type_token.startswith("acme") else pulumi.CustomResource
    opts = pulumi.ResourceOptions(parent=parent)
    resource: pulumi.Resource = object.__new__(kind)
    return pulumi.ResourceTransformationArgs(resource, type_token, name, inputs, opts)


def config(name: str = "config") -> RecordedConfig:
    return RecordedConfig(name, {"function_urn": URN}, "")


def test_a_resource_has_the_urn_that_the_engine_will_give_it() -> None:
    declared = Declarations()
    group = made("acme:index:Group", "group")
    declared.add_resource(group)
    declared.add_resource(made(BUCKET, "results", parent=group.resource))

    assert [each.urn for each in declared.resources] == [
        f"{PLACE}::acme:index:Group::group",
        f"{PLACE}::acme:index:Group${BUCKET}::results",
    ]


def test_a_resource_counts_once_however_many_transformations_see_it() -> None:
    declared = Declarations()
    resource = made(BUCKET, "results")

    assert declared.add_resource(resource)
    assert not declared.add_resource(resource)
    assert len(declared.resources) == 1


def test_a_config_is_known_by_the_urn_of_its_resource() -> None:
    declared = Declarations()
    recorded = declared.add_config(config(), is_late=False)
    declared.add_resource(made(CONFIG_TYPES[0], "config"))

    assert declared.config_of(f"{PLACE}::{CONFIG_TYPES[0]}::config") is recorded
    assert declared.config_of(f"{PLACE}::{CONFIG_TYPES[0]}::other") is None


def test_a_config_is_known_by_the_urn_that_it_has_with_the_other_provider() -> None:
    declared = Declarations()
    recorded = declared.add_config(config(), is_late=False)
    declared.add_resource(made(NATIVE_CONFIG, "config"))

    assert declared.config_of(f"{PLACE}::{DYNAMIC_CONFIG}::config") is recorded
    assert declared.config_of(f"{PLACE}::{BUCKET}::config") is None


def native(**more: Any) -> RecordedConfig:
    return RecordedConfig("config", {"function_urn": URN}, "", is_native=True, **more)


def test_a_provider_that_was_constructed_before_the_gate_is_one_whose_settings_are_unknown() -> (
    None
):
    declared = Declarations()
    provider = object.__new__(pulumi.ProviderResource)
    provider.package = "functiongraph"
    recorded, other = native(), native()
    for each in (recorded, other):
        declared.note_options(each, pulumi.ResourceOptions(provider=provider))

    assert recorded.provider is not None
    assert (recorded.provider.region, recorded.provider.project_id) == ("", "")
    assert recorded.provider == other.provider


def test_only_a_provider_of_the_plugin_counts_and_what_is_imported() -> None:
    declared = Declarations()
    provider = object.__new__(pulumi.ProviderResource)
    provider.package, provider._name = "huaweicloud", "others"
    recorded, dynamic = native(), config()
    opts = pulumi.ResourceOptions(provider=provider, import_=URN)
    for each in (recorded, dynamic):
        declared.note_options(each, opts)

    assert (recorded.provider, recorded.imported) == (None, URN)
    assert not dynamic.imported


def test_only_what_is_declared_before_a_config_may_make_what_it_needs() -> None:
    declared = Declarations()
    first = declared.add_config(config("first"), is_late=False)
    declared.add_resource(made(BUCKET, "results", bucket="results"))
    second = declared.add_config(config("second"), is_late=True)

    assert declared.maker_before(first.number, bucket("results")) == ""
    assert declared.maker_before(second.number, bucket("results")) == "results"
    assert (first.follows_others, second.follows_others) == (False, True)
    assert (first.is_judged_again, second.is_judged_again) == (False, True)


def test_a_name_is_mentioned_by_resources_that_are_no_configs() -> None:
    declared = Declarations()
    declared.add_config(config(), is_late=False)
    declared.add_resource(made(CONFIG_TYPES[0], "config", function_urn=URN))
    declared.add_resource(made(BUCKET, "results", bucket="results"))

    assert declared.is_mentioned("results")
    assert not declared.is_mentioned(URN)


def test_what_makes_nothing_but_values_has_no_identity() -> None:
    declared = Declarations()
    pet, group = made("random:index/randomPet:RandomPet", "pet"), made(BUCKET, "results")
    for each in (pet, group):
        declared.add_resource(each)

    assert declared.identity_of(pet.resource) is None
    assert declared.identity_of(group.resource) == f"{PLACE}::{BUCKET}::results"
    assert declared.identity_of(made(BUCKET, "other").resource) is None
