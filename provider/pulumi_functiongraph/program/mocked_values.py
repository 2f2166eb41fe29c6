"""The values of Outputs in a unit test, where mocks answer in place of the engine.

Everything resolves there, so a declaration waits for its Outputs and is judged with their values at
the line where it stands. Mocks answer numbers because a test wants them, and names because there
have to be some: a name of a resource that is not valid where it is used stands for the real one,
which is not known. The SDK's way of waiting, that of its own ``invoke``, lets the loop go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.property_bags import from_program, outputs_in
from pulumi_functiongraph.bridge.sdk_internals.resource_outputs import outputs_of
from pulumi_functiongraph.bridge.sdk_internals.waiting import can_wait, wait_for
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import BagValue
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.program.output_values import OutputValue, value_of
from pulumi_functiongraph.program.resources import owners
from pulumi_functiongraph.program.run import Batch

PATIENCE = 10.0
"""Seconds for the Outputs of one declaration; mocks answer at once. Ours."""


def take_values(batch: Batch, name: str, arguments: Mapping[str, Any]) -> None:
    """Let what is judged next know the values of a declaration's Outputs.

    Args:
        batch: what is declared.
        name: of the declaration, which is told when values do not come.
        arguments: the properties of a config, or those of a config that stands for a trigger.
    """
    outputs = outputs_in(arguments)
    if not outputs:
        return
    for output in outputs.values():  # one that is gone may have had the same object id
        batch.texts.pop(id(output), None)
        batch.secrets.pop(id(output), None)
    found = _settled(_with_other_names(batch, outputs))
    late = sorted(in_snake(path) for path, each in outputs.items() if id(each) not in found)
    if late:
        pulumi.log.warn(
            f"functiongraph: {name}: {', '.join(late)} did not become known within "
            f"{PATIENCE:g} s, and so is not judged"
        )
    _take(batch, arguments, outputs, found)


def _with_other_names(
    batch: Batch, outputs: Mapping[str, pulumi.Output[Any]]
) -> dict[int, pulumi.Output[Any]]:
    """The Outputs, and the others by which the same resources may be named."""
    behind = owners(batch.registered)
    wanted = {id(each): each for each in outputs.values()}
    urns = {behind[key].urn for key in wanted if key in behind and behind[key].is_a_name}
    for each in batch.registered if urns else ():
        for value in outputs_of(each.resource).values() if each.urn in urns else ():
            if behind[id(value)].is_a_name:
                wanted[id(value)] = value
    return wanted


def _settled(outputs: Mapping[int, pulumi.Output[Any]]) -> dict[int, OutputValue | None]:
    """What the Outputs are that settle in time."""
    if not can_wait():
        return {}

    async def settled() -> dict[int, OutputValue | None]:
        tasks = {asyncio.ensure_future(value_of(each)): key for key, each in outputs.items()}
        done, _ = await asyncio.wait(tasks, timeout=PATIENCE)
        return {tasks[task]: task.result() for task in done}

    return wait_for(settled())


def _take(
    batch: Batch,
    arguments: Mapping[str, Any],
    outputs: Mapping[str, pulumi.Output[Any]],
    found: Mapping[int, OutputValue | None],
) -> None:
    known = {key: each for key, each in found.items() if each is not None and each.is_known}
    known |= _names(batch, known)
    told: dict[int, BagValue] = {key: each.value for key, each in known.items()}
    wrong = {each.path for each in examine(from_program(arguments, known=told)).problems}
    for path, output in outputs.items():
        key = id(output)
        if key in known and not (_is_a_name(known[key]) and path in wrong):
            (batch.secrets if known[key].is_secret else batch.texts)[key] = told[key]


def _is_a_name(each: OutputValue) -> bool:
    """Whether a mock may have made a value up, or left it out."""
    return bool(each.resources) and (each.value is None or isinstance(each.value, str))


def _names(batch: Batch, known: Mapping[int, OutputValue]) -> dict[int, OutputValue]:
    """The function URN of each resource that has one, for all Outputs by which it is named."""
    behind = owners(batch.registered)
    named = {key: each for key, each in known.items() if key in behind and behind[key].is_a_name}
    full = {behind[key].urn: each for key, each in named.items() if _is_full(each.value)}
    return {key: full[behind[key].urn] for key in named if behind[key].urn in full}


def _is_full(value: BagValue) -> bool:
    if not isinstance(value, str):
        return False
    try:
        FunctionUrn.parse(value)
    except InvalidInput:
        return False
    return True
