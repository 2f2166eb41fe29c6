"""The audit: outputs are looked into in a preview, by a task that nothing waits for.

What a resource that exists already gives out is known once the preview has come to it, and a
target that was made with ``apply`` or ``concat`` tells its resources once it is awaited. Awaiting
either inside the gate would hang for ever. So the gate judges without them, and this task judges
again while the preview runs; an error fails the preview.
"""

from __future__ import annotations

from typing import Any, cast

import pulumi

from pulumi_functiongraph.core.type_tokens import VALUE_MAKERS
from pulumi_functiongraph.program.judging import judge_what_is_known_later
from pulumi_functiongraph.program.run import Batch


def begin(batch: Batch) -> None:
    """Start the audit of a preview; during an update the hook judges known values instead."""
    if pulumi.runtime.is_dry_run() and batch.outputs():
        pulumi.Output.from_input(cast("pulumi.Input[bool]", _audit(batch)))


async def _audit(batch: Batch) -> bool:
    """Find the value of each output, or the one resource behind a derived one, and judge again.

    Returns:
        True; a task that Pulumi waits for needs a value.

    Raises:
        pulumi.RunError: there is an error.
    """
    names = {
        id(each.resource): each
        for each in batch.registered
        if not each.resource._type.startswith(VALUE_MAKERS)  # noqa: SLF001 - it has no public name
    }
    derived = {id(output) for output in batch.unidentified()}
    for output in batch.outputs():
        if await _is_known(output):
            if not await output.is_secret():
                batch.texts[id(output)] = await output.future()
        elif id(output) in derived:
            behind = [names[id(each)] for each in await output.resources() if id(each) in names]
            if len(behind) == 1:
                batch.derived[id(output)] = behind[0].urn
    if batch.derived or batch.texts:
        await judge_what_is_known_later(batch)
    return True


async def _is_known(output: pulumi.Output[Any]) -> bool:
    """Whether a value is known; that of a resource that failed is not, and the engine says why."""
    try:
        return await output.is_known()
    except Exception:  # noqa: BLE001 - whatever made the resource fail is told by the engine
        return False
