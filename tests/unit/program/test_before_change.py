"""A config is judged again right before it is sent, with the values that are known then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pulumi
import pytest

from factories import TOPIC, URN, bag, function_urn, to_topic
from pulumi_functiongraph import AsyncNotificationConfig, FunctionTarget, SmnTarget, native
from pulumi_functiongraph.program.before_change import hooked, judge_before_change
from pulumi_functiongraph.program.records import RecordedConfig
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import Engine, declared, run


def recorded(name: str = "config", *, is_late: bool = False, **arguments: Any) -> RecordedConfig:
    given = {"function_urn": URN, "on_success": SmnTarget(TOPIC), **arguments}
    return RecordedConfig(name, given, "", is_late=is_late)


def to_function(function_urn: str) -> dict[str, object]:
    return {"destination": "FunctionGraph", "functionUrn": function_urn}


def sending(values: dict[str, object]) -> Callable[[], pulumi.Output[Any]]:
    """A program that judges a config as its hook does, with the values that are sent."""

    async def hook() -> None:
        run = declared(recorded(is_late=True))
        run.values.send(run.declared.configs[0], values)
        await judge_before_change(run, run.declared.configs[0])

    return partial(awaited, hook)


def awaited(hook: Callable[[], Awaitable[None]]) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(hook())


def test_values_that_are_known_right_before_the_change_are_checked_then(cloud: Facts) -> None:
    cloud.topics.clear()

    with pytest.raises(pulumi.RunError, match="FGN208"):
        run(sending(bag(onSuccess=to_topic())))

    cloud.topics.add(TOPIC)
    run(sending(bag(onSuccess=to_topic())))


def test_a_config_that_is_not_valid_is_reported_without_asking(cloud: Facts) -> None:
    with pytest.raises(pulumi.RunError, match="1 error found before config was changed"):
        run(sending(bag(maxAsyncRetryAttempts=9)))

    assert cloud.asked.total() == 0


def test_what_the_gate_has_settled_is_not_checked_again(cloud: Facts) -> None:
    async def hook() -> None:
        run = declared(recorded())
        run.cloud.prechecks.settled.add(0)
        await judge_before_change(run, run.declared.configs[0])

    run(partial(awaited, hook))
    assert cloud.asked.total() == 0


def test_only_what_is_found_about_the_config_stops_it(cloud: Facts) -> None:
    async def hook(number: int) -> None:
        there, back = str(function_urn("there")), str(function_urn("back"))
        run = declared(*(recorded(name, is_late=True) for name in ("there", "back", "other")))
        bags = [
            bag(functionUrn=there, onSuccess=to_function(back)),
            bag(functionUrn=back, onSuccess=to_function(there)),
            bag(),
        ]
        for config, values in zip(run.declared.configs, bags, strict=True):
            run.values.send(config, values)
        await judge_before_change(run, run.declared.configs[number])

    for number in (0, 1):
        with pytest.raises(pulumi.RunError, match="FGN101"):
            run(partial(awaited, partial(hook, number)))
    run(partial(awaited, partial(hook, 2)))


_LOOPS: list[asyncio.AbstractEventLoop] = []
"""Kept, because the SDK's mocks make loops in their threads, and Python warns when those go."""


def inline(body: Callable[[], Any]) -> Engine:
    """Update with an inline program of the Automation API, which has a thread of its own."""

    def program() -> Engine:
        _LOOPS.append(asyncio.new_event_loop())
        asyncio.set_event_loop(_LOOPS[-1])
        return run(body, is_update=True)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(program).result()


def test_an_inline_program_sends_a_config_once_its_values_are_judged(cloud: Facts) -> None:
    def program() -> None:
        topic = pulumi.Output.from_input(TOPIC).apply(lambda name: name)
        native.AsyncNotificationConfig("config", function_urn=URN, on_success=SmnTarget(topic))

    assert inline(program).judged == []  # it has no hooks, so the plugin judges too

    cloud.topics.clear()
    with pytest.raises(pulumi.RunError, match="FGN208"):
        inline(program)


def test_an_inline_program_does_not_send_what_closes_a_cycle(cloud: Facts) -> None:
    def program() -> None:
        urn = pulumi.Output.from_input(URN).apply(lambda name: name)
        AsyncNotificationConfig("config", function_urn=URN, on_success=FunctionTarget(urn))

    with pytest.raises(pulumi.RunError, match="FGN101"):
        inline(program)


def test_what_is_known_in_full_needs_no_hook() -> None:
    assert hooked(None, recorded()) is None
