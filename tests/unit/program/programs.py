"""Pulumi programs inside a test: each with a runtime of its own, and what it registered."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

import pulumi_functiongraph


class Engine(Mocks):
    """Keeps what a program registers, and answers calls as it is told."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = {} if answer is None else answer
        self.registered: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.outputs: dict[str, Any] = {}

    def call(self, args: MockCallArgs) -> Any:
        self.calls.append((args.token, dict(args.args)))
        return self.answer

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.registered[args.name] = {
            key: value for key, value in args.inputs.items() if key != "__provider"
        }
        return f"{args.name}-id", {**args.inputs, "functionUrn": args.inputs.get("functionUrn")}


def as_test(body: Callable[[], Any]) -> Callable[[], None]:
    """The program as a user's unit test, whose end waits for all that it registers."""
    test: Callable[[], None] = pulumi.runtime.test(body)  # type: ignore[no-untyped-call] # the SDK left it untyped
    return test


def run(
    body: Callable[[], Any],
    *,
    engine: Engine | None = None,
    settings: Mapping[str, str] | None = None,
) -> Engine:
    """Run a program to its end under mocks.

    Args:
        body: the program; an Output that it returns is waited for.
        engine: what answers the program.
        settings: Pulumi config in the namespace ``functiongraph``.
    """
    answering = engine or Engine()

    def program() -> None:
        pulumi.runtime.set_mocks(answering)
        pulumi.runtime.set_all_config(
            {f"functiongraph:{key}": value for key, value in (settings or {}).items()}
        )
        # As when the package is imported inside the program, which is where programs import it.
        pulumi_functiongraph._arm()
        as_test(body)()

    contextvars.Context().run(program)
    return answering
