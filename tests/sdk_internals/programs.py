"""Programs as an engine runs them, each with a runtime of its own; mocks stand for the engine."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.mocks import MockEngine, MockMonitor

LOOP = asyncio.new_event_loop()
"""Stays open: mocks make loops of their own in its threads, and Python warns when those end."""


class Answers(Mocks):
    """Registers whatever comes, and answers calls as it is told."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = {} if answer is None else answer

    def call(self, args: MockCallArgs) -> Any:
        return self.answer

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        return f"{args.name}-id", dict(args.inputs)


def in_program(body: Callable[[], Any], *, monitor: Any = None, answer: Any = None) -> None:
    """Run a program to the end of all that it has begun."""

    def program() -> None:
        pulumi.runtime.configure(
            pulumi.runtime.Settings(
                project="project",
                stack="stack",
                monitor=monitor or MockMonitor(Answers(answer)),
                engine=MockEngine(None),
            )
        )
        LOOP.run_until_complete(pulumi.runtime.run_in_stack(body))

    contextvars.Context().run(program)


class Shop(pulumi.ComponentResource):
    """Some resource."""

    def __init__(self, name: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Shop", name, {}, opts)


class Bucket(pulumi.CustomResource):
    """A resource with an Output as an attribute, and one that has a getter."""

    bucket: pulumi.Output[str]

    def __init__(self, name: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Bucket", name, {"bucket": "b", "function_urn": "u"}, opts)

    @property
    @pulumi.getter(name="functionUrn")
    def function_urn(self) -> pulumi.Output[str]:
        return pulumi.get(self, "function_urn")  # type: ignore[no-any-return]


@pulumi.input_type
class Arguments:
    """An input type."""

    def __init__(self, first_argument: str) -> None:
        pulumi.set(self, "first_argument", first_argument)

    @property
    @pulumi.getter(name="firstArgument")
    def first_argument(self) -> str:
        return pulumi.get(self, "first_argument")  # type: ignore[no-any-return]
