"""What the provider hands back to the engine of values that it marks as secret by their keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.runtime.rpc import is_rpc_secret

from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES
from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.dynamic.provider import AsyncNotificationConfigProvider
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import provider_with, settings_of

SEED = "functions: [{name: orders, xrole: trust}]\nbuckets: [{name: results}, {name: others}]\n"
RAW = {"destination": "OBS", "param": json.dumps({"bucket": "results"})}
TYPED = {"destination": "OBS", "bucket": "results"}


@pytest.fixture
def provider(functiongraph_emulator: Emulator) -> AsyncNotificationConfigProvider:
    functiongraph_emulator.seed(SEED)
    return provider_with(settings_of(functiongraph_emulator.environment))


def news(target: object, *secret: str, **more: Any) -> dict[str, Any]:
    named = {SECRET_PROPERTIES: [*secret]} if secret else {}
    return {"functionUrn": "orders", "onFailure": target, **named, **more}


def plain(checked: dict[str, Any]) -> dict[str, Any]:
    """As the engine hands it on: a provider that takes no secrets gets plain values."""
    return {
        key: value["value"] if is_rpc_secret(value) else value for key, value in checked.items()
    }


@pytest.mark.parametrize(
    ("target", "secret", "is_marked"),
    [
        (RAW, ("onFailure",), True),
        (RAW, ("onSuccess",), False),
        (RAW, (), False),
        (TYPED, ("onFailure",), False),
    ],
)
def test_check_marks_a_target_whose_value_moves(
    provider: AsyncNotificationConfigProvider,
    target: object,
    secret: tuple[str, ...],
    is_marked: bool,  # noqa: FBT001 - a column of the table
) -> None:
    checked = provider.check({}, news(target, *secret))

    assert checked.failures == []
    assert is_rpc_secret(checked.inputs["onFailure"]) is is_marked
    assert plain(checked.inputs)["onFailure"]["bucket"] == "results"
    assert checked.inputs.get(SECRET_PROPERTIES) == ([*secret] or None)


def test_the_names_of_secret_properties_go_from_call_to_call_and_to_no_cloud(
    provider: AsyncNotificationConfigProvider, functiongraph_emulator: Emulator
) -> None:
    inputs = plain(provider.check({}, news(RAW, "onFailure")).inputs)
    created = provider.create(dict(inputs))
    assert created.outs is not None
    assert created.outs[SECRET_PROPERTIES] == ["onFailure"]

    changed = inputs | {"maxAsyncRetryAttempts": 3}
    updated = provider.update(created.id, created.outs, changed)
    assert updated.outs is not None
    assert updated.outs[SECRET_PROPERTIES] == ["onFailure"]

    read = provider.read(created.id, updated.outs)
    for side in (read.outs, read.inputs):
        assert side is not None
        assert side[SECRET_PROPERTIES] == ["onFailure"]
    assert "ecret" not in str(functiongraph_emulator.state())


def test_read_marks_what_somebody_moved(provider: AsyncNotificationConfigProvider) -> None:
    created = provider.create(plain(provider.check({}, news(TYPED, "onFailure")).inputs))
    assert created.outs is not None
    configs = provider.account.functiongraph
    live = configs.get_async_config(FunctionUrn.parse(created.id))
    assert live is not None
    moved = {"on_failure": None, "on_success": Bucket(bucket="results")}
    configs.put_async_config(live.config.model_copy(update=moved))

    read = provider.read(created.id, created.outs)

    for side in (read.outs, read.inputs):
        assert side is not None
        assert is_rpc_secret(side["onSuccess"])
        assert "onFailure" not in side


def test_a_property_that_becomes_secret_is_a_change(
    provider: AsyncNotificationConfigProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    before = plain(provider.check({}, news(TYPED)).inputs)
    after = plain(provider.check(before, news(TYPED, "onFailure")).inputs)

    assert provider.diff(before["functionUrn"], before, after).changes is True
    assert "on_failure: is a secret, and kept as one in the state" in capsys.readouterr().out
    assert provider.diff(before["functionUrn"], after, after).changes is False
    assert provider.diff(before["functionUrn"], after, before).changes is False


def test_neither_a_change_nor_a_problem_shows_a_secret_number(
    provider: AsyncNotificationConfigProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "maxAsyncEventAgeInSeconds"
    before = plain(provider.check({}, news(TYPED, secret, maxAsyncEventAgeInSeconds=54321)).inputs)
    after = before | {secret: 12345}

    assert provider.diff(before["functionUrn"], before, after).changes is True
    refused = provider.check({}, news(TYPED, secret, maxAsyncEventAgeInSeconds=987654))

    told = capsys.readouterr().out + str([failure.reason for failure in refused.failures])
    assert "is not allowed (not shown, it is secret)" in told
    for number in ("54321", "54,321", "12345", "12,345", "987654", "987,654"):
        assert number not in told
