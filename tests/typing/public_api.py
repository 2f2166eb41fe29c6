"""The public API as users write it; a type checker reads this file, nobody runs it.

Each line below that is wrong on purpose says so with the error that must be reported there: mypy
fails when it is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

import pulumi

import pulumi_functiongraph as functiongraph
from pulumi_functiongraph import (
    AsyncNotificationConfig,
    AsyncNotificationConfigArgs,
    DisTarget,
    DisTargetDict,
    FunctionTarget,
    FunctionTargetDict,
    GetFunctionResult,
    NotificationEvent,
    ObsTarget,
    ObsTargetDict,
    SmnTarget,
    SmnTargetDict,
    get_function,
    get_function_output,
    native,
)

config = pulumi.Config()
name: pulumi.Output[str] = config.require_secret("name")
days: pulumi.Output[int] = config.require_secret_int("days")
options = pulumi.ResourceOptions(protect=True)

plain = AsyncNotificationConfig("plain", function_urn="orders")
with_targets = AsyncNotificationConfig(
    "with-targets",
    options,
    function_urn=name,
    max_async_retry_attempts=days,
    max_async_event_age_in_seconds=60,
    on_success=FunctionTarget(name, allow_cycle="it ends after the third time"),
    on_failure=ObsTarget(name, prefix=name, expires=days),
    enable_async_status_log=False,
    adopt=True,
)
others = AsyncNotificationConfig(
    "others",
    function_urn=plain.function_urn,
    on_success=SmnTarget(topic_urn=name),
    on_failure=DisTarget("events"),
    opts=options,
)
dictionaries = AsyncNotificationConfig(
    "dictionaries",
    function_urn="orders",
    on_success={"function_urn": name},
    on_failure={"bucket": "results", "prefix": name, "expires": 3},
)
more = AsyncNotificationConfig(
    "more",
    function_urn="orders",
    on_success={"topic_urn": "urn:smn:eu-de:p1:done"},
    on_failure={"stream_name": name, "allow_cycle": "it ends"},
)
of_args = AsyncNotificationConfig(
    "of-args",
    AsyncNotificationConfigArgs(
        function_urn=name, on_success=pulumi.Output.secret(ObsTarget("results")), adopt=None
    ),
    options,
)
by_keyword = AsyncNotificationConfig(
    "by-keyword", args=AsyncNotificationConfigArgs(function_urn="orders"), opts=options
)
typed: tuple[FunctionTargetDict, ObsTargetDict, SmnTargetDict, DisTargetDict] = (
    {"function_urn": "orders", "destination": "FunctionGraph"},
    {"bucket": "results"},
    {"topic_urn": name},
    {"stream_name": "events"},
)
for target in typed:
    AsyncNotificationConfig("typed", function_urn="orders", on_failure=target)

assert_type(plain.function_urn, pulumi.Output[str])
assert_type(plain.max_async_retry_attempts, pulumi.Output[int])
assert_type(plain.max_async_event_age_in_seconds, pulumi.Output[int])
assert_type(plain.on_success, pulumi.Output[Mapping[str, Any] | None])
assert_type(plain.enable_async_status_log, pulumi.Output[bool | None])
assert_type(plain.created_time, pulumi.Output[str])
assert_type(plain.id, pulumi.Output[str])

found = get_function("orders", package="shop", version="!prod")
assert_type(found, GetFunctionResult)
assert_type(found.function_urn, str)
later = get_function_output(name)
assert_type(later, pulumi.Output[GetFunctionResult])
AsyncNotificationConfig("found", function_urn=later.function_urn)
AsyncNotificationConfig("later", function_urn=later, on_success=FunctionTarget(found))
AsyncNotificationConfig("as-dictionary", function_urn=found, on_success={"function_urn": later})
assert_type(functiongraph.NotificationEvent.parse("{}"), NotificationEvent)

elsewhere = native.Provider("elsewhere", region="eu-de", access_key=name, endpoints={"iam": "x"})
imported = native.AsyncNotificationConfig(
    "imported",
    pulumi.ResourceOptions(provider=elsewhere, import_="orders"),
    function_urn=native.get_function("orders"),
    on_success=native.SmnTarget("urn:smn:eu-de:p1:done"),
)
assert_type(imported.max_async_retry_attempts, pulumi.Output[int])
native.Provider("wrong", regoin="eu-de")  # type: ignore[call-arg]

AsyncNotificationConfig("no-function")  # type: ignore[call-overload]
AsyncNotificationConfig("text", function_urn="orders", max_async_retry_attempts="2")  # type: ignore[call-overload]
AsyncNotificationConfig("unknown", function_urn="orders", retries=2)  # type: ignore[call-overload]
AsyncNotificationConfig(  # type: ignore[call-overload]
    "two",
    function_urn="orders",
    on_success={"bucket": "results", "topic_urn": "urn:smn:eu-de:p1:done"},
)
AsyncNotificationConfigArgs()  # type: ignore[call-arg]
ObsTarget("results", destination="SMN")  # type: ignore[arg-type]
