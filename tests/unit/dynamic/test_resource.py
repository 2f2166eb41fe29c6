"""The resource class: both ways to declare it, and what the engine and the program then see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from factories import URN
from pulumi_functiongraph import (
    AsyncNotificationConfig,
    AsyncNotificationConfigArgs,
    ObsTarget,
    SmnTargetDict,
)
from pulumi_functiongraph.dynamic.provider import AsyncNotificationConfigProvider
from unit.program.programs import Engine, run

DECLARED: dict[str, Any] = {
    "function_urn": URN,
    "max_async_retry_attempts": 0,
    "on_failure": ObsTarget("results"),
    "enable_async_status_log": False,
}
REGISTERED = {
    "functionUrn": URN,
    "maxAsyncRetryAttempts": 0,
    "onFailure": {"destination": "OBS", "bucket": "results"},
    "enableAsyncStatusLog": False,
}


@pytest.mark.parametrize(
    "declare",
    [
        lambda: AsyncNotificationConfig("config", **DECLARED),
        lambda: AsyncNotificationConfig("config", None, **DECLARED),
        lambda: AsyncNotificationConfig("config", pulumi.ResourceOptions(), **DECLARED),
        lambda: AsyncNotificationConfig("config", opts=pulumi.ResourceOptions(), **DECLARED),
        lambda: AsyncNotificationConfig("config", AsyncNotificationConfigArgs(**DECLARED)),
        lambda: AsyncNotificationConfig("config", args=AsyncNotificationConfigArgs(**DECLARED)),
        lambda: AsyncNotificationConfig(
            "config", AsyncNotificationConfigArgs(**DECLARED), pulumi.ResourceOptions()
        ),
    ],
)
def test_each_form_declares_the_same(declare: Callable[[], AsyncNotificationConfig]) -> None:
    assert run(lambda: declare().urn).registered == {"config": REGISTERED}


def test_options_reach_the_engine_in_each_form() -> None:
    options = pulumi.ResourceOptions(protect=True)
    kept: list[AsyncNotificationConfig] = []

    def program() -> None:
        kept.append(AsyncNotificationConfig("first", options, function_urn=URN))
        other = AsyncNotificationConfigArgs(function_urn=URN.replace("orders", "billing"))
        kept.append(AsyncNotificationConfig("second", other, options))

    run(program)
    assert [config._protect for config in kept] == [True, True]


def test_something_else_in_the_place_of_args_is_refused() -> None:
    for wrong in ({"function_urn": URN}, URN):
        said: Any = wrong
        with pytest.raises(TypeError) as stopped:
            run(lambda said=said: AsyncNotificationConfig("config", said, adopt=True))  # type: ignore[call-overload, misc]
        message = str(stopped.value)
        assert message.startswith("AsyncNotificationConfig at tests/unit/dynamic/test_resource.py:")
        assert "expected AsyncNotificationConfigArgs or ResourceOptions" in message
        assert "function_urn=" in message


def test_what_was_left_out_is_not_sent() -> None:
    engine = run(lambda: AsyncNotificationConfig("config", function_urn=URN, adopt=None).urn)
    assert engine.registered["config"] == {"functionUrn": URN}


def test_outputs_are_read_in_the_spelling_of_python_at_every_depth() -> None:
    class Filled(Engine):
        def new_resource(self, args: Any) -> tuple[str | None, dict[Any, Any]]:
            identity, outputs = super().new_resource(args)
            return identity, {**outputs, "createdTime": "then", "lastModified": "now"}

    found: list[list[Any]] = []

    def program() -> pulumi.Output[None]:
        topic: SmnTargetDict = {"topic_urn": "urn:smn:eu-de:p1:done"}
        config = AsyncNotificationConfig(
            "config", function_urn=URN, max_async_retry_attempts=2, on_success=topic
        )
        return pulumi.Output.all(
            config.max_async_retry_attempts,
            config.on_success,
            config.on_failure,
            config.created_time,
            config.last_modified,
        ).apply(found.append)

    run(program, engine=Filled())
    assert found == [[2, {"topic_urn": "urn:smn:eu-de:p1:done"}, None, "then", "now"]]


def test_the_type_that_is_in_every_state_file_stays() -> None:
    kinds: list[str] = []

    class Noting(Engine):
        def new_resource(self, args: Any) -> tuple[str | None, dict[Any, Any]]:
            kinds.append(args.typ)
            return super().new_resource(args)

    run(lambda: AsyncNotificationConfig("config", function_urn=URN).urn, engine=Noting())
    assert kinds == ["pulumi-python:dynamic/functiongraph:AsyncNotificationConfig"]


def test_nothing_is_pickled_with_the_provider() -> None:
    assert vars(AsyncNotificationConfigProvider()) == {}
    assert AsyncNotificationConfigProvider.serialize_as_secret_always is False
    assert AsyncNotificationConfigProvider.__module__ == "pulumi_functiongraph.dynamic.provider"
