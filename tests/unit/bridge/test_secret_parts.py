"""Which declared properties have a secret, at whichever depth and in whichever form."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from factories import URN
from pulumi_functiongraph import AsyncNotificationConfig, ObsTarget
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES
from unit.program.programs import run


def secret(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.secret(value)


def declare(**properties: Any) -> Callable[[], None]:
    def body() -> None:
        AsyncNotificationConfig("config", **{"function_urn": URN, **properties})

    return body


@pytest.mark.parametrize(
    ("properties", "names"),
    [
        (lambda: {"on_failure": ObsTarget("results")}, None),
        (lambda: {"on_failure": ObsTarget(pulumi.Output.from_input("results"))}, None),
        (lambda: {"on_failure": ObsTarget(secret("results"))}, ["onFailure"]),
        (lambda: {"on_failure": secret(ObsTarget("results"))}, ["onFailure"]),
        (lambda: {"on_success": {"bucket": secret("results")}}, ["onSuccess"]),
        (
            lambda: {
                "on_success": {"destination": "OBS", "param": secret('{"bucket": "results"}')}
            },
            ["onSuccess"],
        ),
        (
            lambda: {
                "on_success": pulumi.Output.from_input("results").apply(
                    lambda name: {"destination": "OBS", "bucket": secret(name)}
                )
            },
            ["onSuccess"],
        ),
        (
            lambda: {
                "on_failure": {
                    "destination": "OBS",
                    "param": pulumi.Output.all(secret("results")).apply(
                        lambda names: json.dumps({"bucket": names[0]})
                    ),
                },
                "max_async_retry_attempts": secret(2),
                "enable_async_status_log": pulumi.Output.all(1).apply(bool),
            },
            ["maxAsyncRetryAttempts", "onFailure"],
        ),
    ],
)
def test_the_properties_with_a_secret_are_named(
    properties: Callable[[], dict[str, Any]], names: list[str] | None
) -> None:
    engine = run(lambda: AsyncNotificationConfig("config", **{"function_urn": URN, **properties()}))

    assert engine.registered["config"].get(SECRET_PROPERTIES) == names


def test_a_secret_function_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, *_rest, **_more: said.append(message))

    run(declare(function_urn=secret(URN)))

    assert [message for message in said if "function_urn is a secret" in message]
    assert URN not in "".join(said)


def test_an_output_that_fails_fails_the_registration_and_nothing_else() -> None:
    def fail(_: object) -> str:
        raise ValueError("no such name")

    with pytest.raises(ValueError, match="no such name"):
        run(declare(on_failure=ObsTarget(pulumi.Output.from_input(1).apply(fail))))
