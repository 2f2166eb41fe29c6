"""Pulumi programs inside a test: each with a runtime of its own, and what it registered."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import provider_pb2

import pulumi_functiongraph
from pulumi_functiongraph.core.type_tokens import JUDGED_BY_GATE
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.run import Run

by_engine = False
"""Whether programs run as the engine runs them; set by the fixture ``outside_unit_tests``."""


class Engine(Mocks):
    """Keeps what a program registers, and answers calls as it is told."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = {} if answer is None else answer
        self.registered: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.outputs: dict[str, Any] = {}
        self.state: dict[str, Any] = {}
        self.judged: list[list[str]] = []
        self.is_silent = False
        self.asked_for_state = 0

    def call(self, args: MockCallArgs) -> Any:
        self.calls.append((args.token, dict(args.args)))
        return self.answer

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.registered[args.name] = {
            key: value for key, value in args.inputs.items() if key != "__provider"
        }
        return f"{args.name}-id", {**args.inputs, "functionUrn": args.inputs.get("functionUrn")}


class EngineMonitor:
    """Answers a program as the SDK's mocks do, and is none, so that it is no unit test."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mocked = MockMonitor(engine)

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - as the SDK calls it
        """Tells what the stack's last state holds, and hears what is judged; else it is mocked."""
        if request.tok == JUDGED_BY_GATE:
            return self._hear(request)
        if request.tok != "pulumi:pulumi:readStackResourceOutputs":
            return self._mocked.Invoke(request)  # type: ignore[no-untyped-call] # the SDK left it untyped
        self._engine.asked_for_state += 1
        if self._engine.is_silent:
            raise RuntimeError
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").update({"outputs": self._engine.state})
        return response

    def _hear(self, request: Any) -> Any:
        if self._engine.is_silent:
            raise RuntimeError
        self._engine.judged.append(list(request.args["urns"]))
        return provider_pb2.InvokeResponse()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mocked, name)


def answered_by(engine: Engine, *, is_update: bool = False) -> None:
    """Let what runs from now on be a unit test, or a program of the engine where that is set."""
    if by_engine:
        monitor: Any = EngineMonitor(engine)
        pulumi.runtime.set_mocks(engine, preview=not is_update, monitor=monitor)
    else:
        pulumi.runtime.set_mocks(engine)


def as_test(body: Callable[[], Any]) -> Callable[[], None]:
    """The program as a user's unit test, whose end waits for all that it registers."""
    test: Callable[[], None] = pulumi.runtime.test(body)  # type: ignore[no-untyped-call] # the SDK left it untyped
    return test


def run(
    body: Callable[[], Any],
    *,
    engine: Engine | None = None,
    settings: Mapping[str, str] | None = None,
    is_update: bool = False,
) -> Engine:
    """Run a program to its end: as a unit test, or as the engine runs it where that is set.

    Args:
        body: the program; an Output that it returns is waited for.
        engine: what answers the program.
        settings: Pulumi config in the namespace ``functiongraph``.
        is_update: whether the engine updates the stack, instead of previewing it.
    """
    answering = engine or Engine()

    def program() -> None:
        answered_by(answering, is_update=is_update)
        pulumi.runtime.set_all_config(
            {f"functiongraph:{key}": value for key, value in (settings or {}).items()}
        )
        # As when the package is imported inside the program, which is where programs import it.
        pulumi_functiongraph._arm()
        as_test(body)()

    contextvars.Context().run(program)
    return answering


def declared(*configs: RecordedConfig) -> Run:
    """A run that has declared some configs before its gate."""
    run = Run()
    for config in configs:
        run.declared.add_config(config, is_late=config.is_late)
    return run
