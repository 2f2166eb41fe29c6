"""The account of a program or provider process: settings first, clients when they are needed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from threading import get_ident

import pytest

from factories import PROJECT, REGION, function_urn
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.errors import SettingsError
from unit.cloud.loopback import Reply, Seen, serving

KEYS = {"accessKey": "AK", "secretKey": "SK"}
PLACE = {"region": REGION, "projectId": PROJECT}


def account(settings: Mapping[str, str]) -> Account:
    return Account(settings.get)


def test_settings_are_known_without_credentials() -> None:
    settings = account(PLACE).settings
    assert (settings.region, settings.project_id, settings.cloud) == (REGION, PROJECT, "otc")
    assert settings.credentials is None


def test_with_credentials_the_settings_name_their_source() -> None:
    assert account({**PLACE, **KEYS}).settings.source == "Pulumi config (functiongraph:accessKey)"


def test_a_call_without_credentials_is_refused_before_it_is_sent() -> None:
    with pytest.raises(SettingsError, match="no credentials: set functiongraph:accessKey"):
        _ = account(PLACE).functiongraph


def test_half_a_key_is_told_when_a_call_needs_it() -> None:
    half = account({**PLACE, "accessKey": "AK"})
    assert half.settings.region == REGION
    with pytest.raises(SettingsError, match="secretKey is missing"):
        _ = half.functiongraph


def test_a_setting_that_is_not_valid_is_told_with_or_without_credentials() -> None:
    for keys in (KEYS, {}):
        with pytest.raises(SettingsError, match="precheck is perhaps"):
            _ = account({**PLACE, **keys, "precheck": "perhaps"}).settings


def test_client_and_settings_are_made_once() -> None:
    one = account({**PLACE, **KEYS})
    assert one.functiongraph is one.functiongraph
    assert one.settings is one.settings


def test_what_another_source_says_of_the_place_is_told() -> None:
    told: list[str] = []
    environ = {"OS_ACCESS_KEY": "A", "OS_SECRET_KEY": "S", "OS_REGION_NAME": "eu-de"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**environ, "HW_REGION_NAME": "cn-north-4"}.items():
            patch.setenv(name, value)
        _ = Account(lambda _key: None, warn=told.append).settings

    assert len(told) == 1
    assert told[0].startswith("HW_REGION_NAME names region cn-north-4, which is not used")


def test_empty_values_of_the_config_are_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCTIONGRAPH_REGION", "eu-nl")
    assert account({"region": ""}).settings.region == "eu-nl"


def test_facts_of_a_pre_check_need_credentials() -> None:
    functions = [function_urn()]

    assert account({**PLACE, **KEYS}).facts(functions=functions, deadline=1.0) is not None
    with pytest.raises(SettingsError, match="no credentials"):
        account(PLACE).facts(functions=functions, deadline=1.0)


def test_the_looks_of_a_run_keep_their_connection() -> None:
    connections: set[int] = set()

    def answer(_seen: Seen) -> Reply:
        connections.add(get_ident())  # each connection has a thread of its own
        return Reply(404, {"error_code": "FSS.1051"})

    with serving() as cloud:
        cloud.answer = answer
        endpoints = json.dumps({"functiongraph": cloud.url})
        one = account({**PLACE, **KEYS, "endpoints": endpoints})
        looks = [one.live(places=(), declared=(), deadline=math.inf)]
        looks += [one.configs(deadline=math.inf) for _ in range(3)]
        for look in looks:
            assert look.get_async_config(function_urn()) is None

    assert len(cloud.seen) == len(looks)
    assert len(connections) == 1
