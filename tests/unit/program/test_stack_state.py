"""What the stack's last state says."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from factories import URN, function_urn
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES
from pulumi_functiongraph.program import stack_state
from pulumi_functiongraph.program.stack_state import Held, StackState, held_by_stack, held_in

MADE = "urn:pulumi:dev::shop::test:index:Function::orders"


def test_state_tells_configs_and_the_outputs_of_the_rest() -> None:
    answer = {
        "outputs": {
            "config": {"type": CONFIG_TYPES[0], "outputs": {"functionUrn": URN}},
            "broken": {"type": CONFIG_TYPES[0], "outputs": {"functionUrn": "orders"}},
            MADE: {"type": "test:index:Function", "outputs": {"name": "orders"}},
            "empty": {"type": "test:index:Function"},
        }
    }

    assert held_in(answer) == Held(
        {"config": function_urn("orders")},
        {MADE: {"name": "orders"}, "empty": {}},
        {"config": {"functionUrn": URN}},
        is_read=True,
    )


@pytest.mark.parametrize("answer", [None, {}, {"outputs": None}])
def test_an_answer_without_resources_tells_nothing(answer: object) -> None:
    assert held_in(answer) == Held(is_read=True)


def test_an_engine_that_does_not_answer_is_said_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []

    def refuse(_request: Any) -> None:
        message = "no such stack"
        raise RuntimeError(message)

    monkeypatch.setattr(stack_state, "monitor", lambda: SimpleNamespace(Invoke=refuse))
    monkeypatch.setattr(pulumi, "get_organization", lambda: "organization")
    monkeypatch.setattr(pulumi.log, "warn", said.append)

    assert asyncio.run(held_by_stack()) == Held()
    assert "could not be read" in said[0]
    assert "no such stack" in said[0]


def test_the_engine_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(request: Any) -> None:
        asked.append(request.tok)
        raise RuntimeError

    monkeypatch.setattr(stack_state, "monitor", lambda: SimpleNamespace(Invoke=refuse))
    monkeypatch.setattr(pulumi, "get_organization", lambda: "organization")
    monkeypatch.setattr(pulumi.log, "warn", lambda _text: None)

    async def twice() -> list[Held]:
        state = StackState()
        return list(await asyncio.gather(state.held(), state.held()))

    assert asyncio.run(twice()) == [Held(), Held()]
    assert asked == ["pulumi:pulumi:readStackResourceOutputs"]
