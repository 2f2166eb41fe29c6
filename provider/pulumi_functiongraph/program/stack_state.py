"""What the stack's own state says, asked of the engine once a run, when that decides something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
import pulumi

from pulumi_functiongraph.bridge.config_bags import PropertyBag
from pulumi_functiongraph.bridge.property_bags import from_engine
from pulumi_functiongraph.bridge.sdk_internals.engine_calls import call_engine
from pulumi_functiongraph.bridge.sdk_internals.mocks import monitor
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES
from pulumi_functiongraph.program.concurrency import in_thread

_TOKEN = "pulumi:pulumi:readStackResourceOutputs"  # noqa: S105 - the name of an engine call


class Held(msgspec.Struct, frozen=True):
    """What the stack's last state holds.

    Attributes:
        configs: by Pulumi URN, the function version of each config.
        outputs: by Pulumi URN of every other resource, its outputs, which repeat its inputs.
        recorded: by Pulumi URN of each config, its outputs.
        is_read: whether the engine has told it.
    """

    configs: Mapping[str, FunctionUrn] = msgspec.field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, object]] = msgspec.field(default_factory=dict)
    recorded: Mapping[str, Bag] = msgspec.field(default_factory=dict)
    is_read: bool = False


class StackState(msgspec.Struct):
    """The stack's last state, which the engine is asked for at most once a run.

    Attributes:
        existing: by node of a resource of the program, the live function that it stands for.
    """

    existing: Mapping[Node, tuple[Node, ...]] = msgspec.field(default_factory=dict)
    _asking: asyncio.Task[Held] | None = None

    async def held(self) -> Held:
        """What it holds; those who ask meanwhile wait for the same answer."""
        if self._asking is None:
            self._asking = asyncio.create_task(held_by_stack())
        return await asyncio.shield(self._asking)


async def held_by_stack() -> Held:
    """Ask the engine; where it does not answer, that is a warning and nothing is known."""
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    try:
        ask = partial(call_engine, monitor(), _TOKEN, {"stackName": stack})
        answer = await in_thread(ask)
    except Exception as error:  # noqa: BLE001 - the SDK raises no class of its own for a refused call
        pulumi.log.warn(
            "functiongraph: the stack's last state could not be read, so what exists already is "
            f"taken as unknown: {error}"
        )
        return Held()
    return held_in(answer)


def held_in(answer: Any) -> Held:
    """What an answer of the engine says; what is not of its form is left out."""
    resources = answer.get("outputs") if isinstance(answer, Mapping) else None
    configs: dict[str, FunctionUrn] = {}
    outputs: dict[str, Mapping[str, object]] = {}
    recorded: dict[str, Bag] = {}
    for urn, resource in (resources or {}).items():
        held = resource.get("outputs") or {}
        if resource.get("type") not in CONFIG_TYPES:
            outputs[urn] = held
        elif (function_urn := function_named(held.get("functionUrn"))) is not None:
            configs[urn] = function_urn
            recorded[urn] = PropertyBag(from_engine(held)).typed
    return Held(configs, outputs, recorded, is_read=True)


def function_named(value: object) -> FunctionUrn | None:
    """The function version that a whole URN names."""
    if not isinstance(value, str) or not value.startswith("urn:fss:"):
        return None
    try:
        return FunctionUrn.parse(value)
    except InvalidInput:
        return None
