"""A refresh says which side is live, and an update that sets it back does not say it again."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import (
    AnyProvider,
    created,
    provider_with,
    put,
    settings_of,
    unknown,
)

pytestmark = pytest.mark.usefixtures("each_provider")

DRIFTED = "orders: declared → live: max_async_retry_attempts: 1 → 0 retries (up to 1 run per event)"


@pytest.fixture
def provider(functiongraph_emulator: Emulator) -> AnyProvider:
    functiongraph_emulator.seed("functions: [{name: orders, xrole: serverless-trust}]")
    return provider_with(settings_of(functiongraph_emulator.environment))


@pytest.fixture
def urn(provider: AnyProvider) -> str:
    settings = provider.configs.account.settings
    return str(FunctionUrn(settings.region, settings.project_id, "default", "orders"))


def refreshed(
    provider: AnyProvider, urn: str, state: dict[str, Any], inputs: Any
) -> dict[str, Any]:
    """What a refresh makes of a resource: it reads, and compares what is live with the inputs."""
    live = provider.read(urn, state).outs
    assert live is not None
    provider.diff(urn, live, inputs)
    return live


def test_a_refresh_says_what_is_declared_and_what_is_live(
    provider: AnyProvider,
    urn: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = created(provider)
    put(provider, urn, max_async_retry_attempts=0)
    refreshed(provider, urn, state, state)
    assert capsys.readouterr().out.splitlines() == [DRIFTED]


def test_an_update_after_a_refresh_tells_only_what_else_it_changes(
    provider: AnyProvider,
    urn: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = created(provider)
    put(provider, urn, max_async_retry_attempts=0)
    live = refreshed(provider, urn, state, state)
    capsys.readouterr()

    same = provider.check(live, {"functionUrn": "orders"}).inputs
    assert provider.diff(urn, live, same).changes
    assert capsys.readouterr().out == ""

    other = provider.check(live, {"functionUrn": "orders", "maxAsyncRetryAttempts": 3}).inputs
    assert provider.diff(urn, live, other).changes
    assert capsys.readouterr().out.startswith("orders: max_async_retry_attempts: 0 → 3 retries")


def test_an_update_is_told_as_one_where_nothing_was_compared_after_the_reading(
    provider: AnyProvider,
    urn: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = created(provider)
    provider.read(urn, state)
    news = provider.check(state, {"functionUrn": "orders", "maxAsyncRetryAttempts": 2}).inputs
    provider.diff(urn, state, news)
    assert capsys.readouterr().out.startswith("orders: max_async_retry_attempts: 1 → 2 retries")


def test_what_is_unknown_is_no_part_of_a_refresh(
    provider: AnyProvider,
    urn: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = created(provider)
    provider.read(urn, state)
    news = {**state, "functionUrn": unknown()}
    provider.check(state, news)
    provider.diff(urn, state, news)
    assert "declared → live" not in capsys.readouterr().out
