"""The dynamic provider as state files have it, and the state that the plugin leaves to it."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.dynamic.provider import AsyncNotificationConfigProvider
from unit.dynamic.provider_process import dynamic_provider_with, settings_of

URN = "urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:orders:latest"
STATE = {
    "functionUrn": URN,
    "maxAsyncRetryAttempts": 1,
    "maxAsyncEventAgeInSeconds": 3600,
    "onFailure": {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 0},
}


def test_nothing_is_pickled_with_the_provider() -> None:
    assert vars(AsyncNotificationConfigProvider()) == {}
    assert AsyncNotificationConfigProvider.serialize_as_secret_always is False
    assert AsyncNotificationConfigProvider.__module__ == "pulumi_functiongraph.dynamic.provider"


def test_a_state_of_the_plugin_is_a_change_by_which_it_becomes_one_of_this_provider(
    functiongraph_emulator: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    provider = dynamic_provider_with(settings_of(functiongraph_emulator.environment))
    news = {**STATE, "__provider": "pickled", "__secretProperties": ["onFailure"]}

    found = AsyncNotificationConfigProvider.diff(provider, URN, STATE, news)
    assert (found.changes, found.replaces) == (True, [])
    assert capsys.readouterr().out == (
        "orders: was set by the native plugin; the update sets it once more as it is, so that the "
        "state has it as one of the dynamic provider\n"
    )

    own = AsyncNotificationConfigProvider.diff(provider, URN, news, news)
    assert own.changes is False
