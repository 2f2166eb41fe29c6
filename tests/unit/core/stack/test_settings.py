"""The settings of a stack, from the inputs of its providers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pulumi_functiongraph.core.stack import parse_export, parse_preview, provider_settings
from unit.core.stack.told import SECRET_SIGNATURE, export, preview, state

CLEAR = {**SECRET_SIGNATURE, "plaintext": json.dumps("canary")}
HIDDEN = {**SECRET_SIGNATURE, "ciphertext": "v1:abc"}


def settings(
    *inputs: Mapping[str, object],
    kind: str = "pulumi-python",
    name: str = "",
    delete: bool = False,
) -> object:
    providers = [
        {
            "urn": f"urn:pulumi:dev::shop::pulumi:providers:{kind}::{name}{number}",
            "type": f"pulumi:providers:{kind}",
            "inputs": each,
            "delete": delete,
        }
        for number, each in enumerate(inputs)
    ]
    return provider_settings(parse_export(export(*providers, state("a"))))


def test_the_settings_of_this_package_are_found() -> None:
    told = {"functiongraph:region": "eu-de", "shop:region": "x", "functiongraph:secretKey": CLEAR}

    assert settings(told) == {"region": "eu-de", "secretKey": "canary"}


def test_the_settings_of_the_plugin_s_default_provider_are_found() -> None:
    told = {"region": "eu-de", "secretKey": CLEAR, "accessKey": "AK", "endpoints": {"iam": "x"}}

    found = settings(told, kind="functiongraph", name="default_0_1_0_")
    assert found == {"region": "eu-de", "accessKey": "AK", "secretKey": "canary"}


def test_credentials_that_are_not_in_clear_are_left_out_as_a_set() -> None:
    told = {
        "functiongraph:accessKey": "AK",
        "functiongraph:secretKey": HIDDEN,
        "functiongraph:cloud": "otc",
    }

    assert settings(told) == {"cloud": "otc"}


def test_a_hidden_setting_that_is_no_credential_leaves_the_others() -> None:
    told = {"functiongraph:accessKey": "AK", "functiongraph:endpoints": HIDDEN}

    assert settings(told) == {"accessKey": "AK"}


def test_what_is_set_now_goes_before_what_was_applied_and_its_hidden_secrets_do_not() -> None:
    applied = {
        "functiongraph:region": "eu-nl",
        "functiongraph:accessKey": "AK",
        "functiongraph:secretKey": CLEAR,
    }
    provider = {"urn": "urn:pulumi:dev::shop::p::p", "type": "pulumi:providers:pulumi-python"}
    state_of = parse_export(export({**provider, "inputs": applied}))
    hidden = {"functiongraph:secretKey": "[secret]", "functiongraph:accessKey": "AK"}
    told = {"functiongraph:region": "eu-de", "shop:region": "x", **hidden}
    previewed = parse_preview(preview(config=told))

    both = provider_settings(state_of, preview=previewed)
    assert both == {"region": "eu-de", "accessKey": "AK", "secretKey": "canary"}
    assert provider_settings(preview=previewed) == {"region": "eu-de"}


def test_other_providers_and_those_yet_to_be_deleted_say_nothing() -> None:
    told = {"functiongraph:region": "eu-de"}

    assert settings(told, kind="aws") == {}
    assert settings(told, delete=True) == {}
    assert settings({"region": "eu-de"}, kind="functiongraph") == {}  # a program's own provider
    assert settings() == {}
