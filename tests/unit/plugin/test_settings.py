"""The provider's own configuration: what is wrong with it, what is secret, what a change does."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.bridge.engine_process import EngineProcess
from pulumi_functiongraph.core.type_tokens import GET_FUNCTION
from pulumi_functiongraph.plugin.engine_log import EngineLog
from pulumi_functiongraph.plugin.servicer import PluginServicer
from unit.plugin.conftest import World
from unit.plugin.plugin_process import UNKNOWN, Failed, Plugin, plain, secret

PATHS = {
    "KooCLI": {"HW_PROFILE": "p", "HW_SHARED_CONFIG_FILE": "/nowhere/caf\udce9.json"},
    "clouds.yaml": {"OS_CLOUD": "p", "OS_CLIENT_CONFIG_FILE": "/nowhere/caf\udce9.yaml"},
    "credentials": {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/nowhere/caf\udce9"},
}


def shown(text: str) -> str:
    return PluginServicer(EngineProcess.of([]), version="0.1.0").worded(text)


def test_a_setting_that_there_is_not_is_told_by_name(world: World) -> None:
    checked = world.plugin.check_config(world.settings | {"acessKey": "canary", "pool": "x"})
    assert [each.property for each in checked.failures] == ["", ""]
    told = sorted(each.reason for each in checked.failures)
    assert told[0].startswith("acessKey is not a setting of this provider; did you mean accessKey")
    assert told[1].startswith("pool is not a setting of this provider; there are region, ")
    assert "canary" not in str(told)


def test_a_value_that_is_not_allowed_is_told_without_a_secret(world: World) -> None:
    news = world.settings | {"precheck": secret("canary"), "onCycle": "eror", "region": "Canary!"}
    told = [each.reason for each in world.plugin.check_config(news).failures]
    assert any("precheck is (not shown); allowed: enforce, warn, off" in each for each in told)
    assert any("onCycle is eror; allowed: error, warn" in each for each in told)
    assert "canary" not in str(told)


@pytest.mark.parametrize(
    "more",
    [
        {"secretKey": "canary-1"},
        {"access_key": "canary-1"},
        {"password": "canary-1"},
        {"authToken": ["canary-1"]},
        {"endpoints": {"password": "canary-1"}},
    ],
)
def test_a_value_under_a_name_that_tells_of_a_secret_is_shown_nowhere(
    world: World, more: dict[str, object]
) -> None:
    news = world.settings | {"onCycle": "canary-1", "cloud": "x canary-1"} | more
    told = [each.reason for each in world.plugin.check_config(news).failures]
    assert any("onCycle is (not shown); allowed: error, warn" in each for each in told)
    (name,) = more
    assert name in {"secretKey", "endpoints"} or any(
        each.startswith(f"{name} is not a setting of this provider") for each in told
    )
    assert "canary" not in str(told)


@pytest.mark.parametrize("kept", ["accessKey", "secretKey"])
def test_half_a_key_is_told_with_what_else_is_wrong(world: World, kept: str) -> None:
    other = "secretKey" if kept == "accessKey" else "accessKey"
    news = {key: value for key, value in world.settings.items() if key != other}
    told = [each.reason for each in world.plugin.check_config(news | {"onCycle": "eror"}).failures]
    assert any(f"{other} is missing" in each for each in told), told
    assert any("onCycle is eror" in each for each in told)
    assert not world.plugin.check_config(news | {other: UNKNOWN}).failures


def test_what_the_engine_adds_of_its_own_is_no_setting(world: World) -> None:
    news = world.settings | {"version": "0.1.0", "pluginDownloadURL": "https://example.com"}
    assert not world.plugin.check_config(news).failures


def test_keys_are_kept_as_secrets_whoever_forgot_to_mark_them(world: World) -> None:
    news = world.settings | {"securityToken": "canary-token", "region": secret("eu-de")}
    inputs = plain(world.plugin.check_config(news).inputs)
    for key in ("accessKey", "secretKey", "securityToken", "region"):
        assert inputs[key] == secret(news[key] if key != "region" else "eu-de")
    assert inputs["projectId"] == news["projectId"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("endpoints", {"functiongraph": UNKNOWN, "iam": "http://127.0.0.1:1"}),
        ("endpoints", {"functiongraph": [{"any": UNKNOWN}]}),
        ("region", [UNKNOWN]),
        ("region", [["eu-de", {"any": [UNKNOWN]}]]),
        ("accessKey", [UNKNOWN]),
    ],
)
def test_an_unknown_part_of_a_setting_stays_unknown(world: World, key: str, value: object) -> None:
    checked = world.plugin.check_config(world.settings | {key: value})
    assert not checked.failures, checked.failures
    kept = plain(checked.inputs)[key]
    assert kept == (secret(value) if key == "accessKey" else value)
    world.plugin.configure(world.settings | {key: value})


@pytest.mark.parametrize("key", ["region", "projectId", "accessKey", "secretKey", "precheck"])
def test_an_unknown_setting_stays_unknown_and_is_not_judged(world: World, key: str) -> None:
    checked = world.plugin.check_config(world.settings | {key: UNKNOWN})
    assert not checked.failures, checked.failures
    kept = plain(checked.inputs)[key]
    assert kept == (secret(UNKNOWN) if key.endswith("Key") else UNKNOWN)


def test_a_changed_setting_never_replaces_the_provider(world: World) -> None:
    for changed in ({"region": "eu-nl"}, {"secretKey": "other"}, {"projectId": UNKNOWN}):
        found = world.plugin.diff_config(world.settings, world.settings | changed)
        assert found.changes == found.DIFF_SOME
        assert list(found.diffs) == list(changed)
        assert list(found.replaces) == []
        assert not found.deleteBeforeReplace
    same = world.plugin.diff_config(world.settings, world.settings | {"version": "0.2.0"})
    assert same.changes == same.DIFF_NONE


def test_a_value_in_another_type_than_text_is_taken(world: World) -> None:
    """YAML and the SDKs give numbers, and objects, where the stack's config has texts."""
    endpoints = {"functiongraph": world.emulator.url}
    world.configure()
    news = world.settings | {"precheckTimeout": 30, "endpoints": endpoints}
    checked = world.plugin.check_config(news)
    assert not checked.failures, checked.failures
    world.plugin.configure(plain(checked.inputs))
    assert world.plugin.made("a", world.declared())[0] == world.urn("orders")


def test_a_call_before_the_configuration_is_refused() -> None:
    with Plugin() as fresh:
        with pytest.raises(Failed, match="the provider is not configured") as refused:
            fresh.check("a", {})
        assert refused.value.code.name == "FAILED_PRECONDITION"


HOSTILE = "fo\x1b[31mEVIL\u202e" + "x" * 10_000


def test_a_name_that_somebody_chose_is_shown_without_what_moves_a_cursor_and_cut(
    world: World,
) -> None:
    checked = world.plugin.check_config(world.settings | {HOSTILE: "x"})
    (told,) = [each.reason for each in checked.failures]
    assert told.startswith(r"fo\x1b[31mEVIL\u202exxx")
    assert told.isprintable()
    assert len(told) < 500

    odd: dict[str, Any] = {HOSTILE: 1}
    failures = world.plugin.check("orders", world.declared(**odd)).failures
    told = " ".join(each.reason for each in failures)
    assert r"fo\x1b[31mEVIL\u202exxx" in told
    assert told.isprintable()
    assert len(told) < 500

    with pytest.raises(Failed) as failed:
        world.plugin.invoke(GET_FUNCTION, {"name": "orders", HOSTILE: 1})
    assert str(failed.value).isprintable()
    assert len(str(failed.value)) < 500


@pytest.mark.parametrize("given", list(PATHS))
def test_a_path_that_is_no_utf_8_is_named_as_it_can_be(
    world: World, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    for name, value in PATHS[given].items():
        monkeypatch.setenv(name, value)
    keys = ("accessKey", "secretKey", "securityToken")
    world.configure(**dict.fromkeys(keys, ""))

    with pytest.raises(Failed, match=r"/nowhere/caf\\udce9"):
        world.plugin.made("orders", world.declared())


def test_a_line_that_cannot_be_encoded_is_logged_as_it_can_be(world: World) -> None:
    engine = EngineLog(("127.0.0.1", int(world.plugin.address.rpartition(":")[2])), worded=shown)
    engine.warn("orders: caf\udce9\x1b[31m\nis gone", urn="urn:pulumi:dev::p::t::orders")

    assert world.plugin.lines[-1].text == "orders: caf\\udce9\\x1b[31m\nis gone"
