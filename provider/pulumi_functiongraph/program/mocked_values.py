"""The values of Outputs in a unit test, where mocks answer in place of the engine.

Everything resolves there, so a declaration waits for its Outputs and is judged with their values at
the line where it stands. Mocks answer numbers because a test wants them, and names because there
have to be some: a name of a resource that is not valid where it is used stands for the real one,
which is not known. The SDK's way of waiting, that of its own ``invoke``, lets the loop go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import pulumi

from pulumi_functiongraph.bridge.property_bags import from_program, outputs_in
from pulumi_functiongraph.bridge.sdk_internals.waiting import can_wait, wait_for
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import BagValue
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.program.declarations import Owner
from pulumi_functiongraph.program.run import Run
from pulumi_functiongraph.program.values import OutputValue, value_of

_AnyOutput: TypeAlias = pulumi.Output[Any]

PATIENCE = 10.0
"""Seconds for the Outputs of one declaration; mocks answer at once. Ours."""


def take_values(run: Run, name: str, arguments: Mapping[str, Any]) -> None:
    """Let what is judged next know the values of a declaration's Outputs.

    Args:
        run: the unit test.
        name: of the declaration, which is named when values do not come.
        arguments: the properties of a config, or those of a config that stands for a trigger.
    """
    outputs = outputs_in(arguments)
    if not outputs:
        return
    owners = run.declared.owners()
    for output in outputs.values():
        run.values.forget(output)
    found = _settled(_with_other_names(outputs.values(), owners))
    late = sorted(in_snake(path) for path, output in outputs.items() if output not in found)
    if late:
        pulumi.log.warn(
            f"functiongraph: {name}: {', '.join(late)} did not become known within "
            f"{PATIENCE:g} s, and so is not judged"
        )
    known = {output: each for output, each in found.items() if each is not None and each.is_known}
    known |= _names(known, owners)
    values = {output: each.value for output, each in known.items()}
    wrong = {each.path for each in examine(from_program(arguments, known=values.get)).problems}
    for path, output in outputs.items():
        if output in known and not (_is_a_name(known[output]) and path in wrong):
            run.values.learn(output, values[output], is_secret=known[output].is_secret)


def _with_other_names(
    outputs: Iterable[_AnyOutput], owners: Mapping[_AnyOutput, Owner]
) -> frozenset[_AnyOutput]:
    """The Outputs, and the others by which the same resources may be named."""
    wanted = frozenset(outputs)
    urns = {owners[each].urn for each in wanted if each in owners and owners[each].is_a_name}
    others = (each for each, owner in owners.items() if owner.is_a_name and owner.urn in urns)
    return wanted.union(others)


def _settled(outputs: Iterable[_AnyOutput]) -> dict[_AnyOutput, OutputValue | None]:
    """What the Outputs are that settle in time."""
    if not can_wait():
        return {}

    async def settled() -> dict[_AnyOutput, OutputValue | None]:
        tasks = {asyncio.ensure_future(value_of(each)): each for each in outputs}
        done, _ = await asyncio.wait(tasks, timeout=PATIENCE)
        return {tasks[task]: task.result() for task in done}

    return wait_for(settled())


def _is_a_name(each: OutputValue) -> bool:
    """Whether a mock may have made a value up, or left it out."""
    return bool(each.resources) and (each.value is None or isinstance(each.value, str))


def _names(
    known: Mapping[_AnyOutput, OutputValue], owners: Mapping[_AnyOutput, Owner]
) -> dict[_AnyOutput, OutputValue]:
    """The function URN of each resource that has one, for all Outputs by which it is named."""
    named = {key: each for key, each in known.items() if key in owners and owners[key].is_a_name}
    full = {owners[key].urn: each for key, each in named.items() if _is_full(each.value)}
    return {key: full[owners[key].urn] for key in named if owners[key].urn in full}


def _is_full(value: BagValue) -> bool:
    if not isinstance(value, str):
        return False
    try:
        FunctionUrn.parse(value)
    except InvalidInput:
        return False
    return True
