"""The audit: outputs are looked into in a preview, by a task that nothing waits for.

What a resource that exists already gives out is known once the preview has come to it, and a
target that was made with ``apply`` or ``concat`` tells its resources once it is awaited. Awaiting
either inside the gate would hang for ever. So the gate judges without them, and this task judges
again while the preview runs; an error fails the preview.
"""

from __future__ import annotations

from typing import cast

import pulumi

from pulumi_functiongraph.program.judging import judge_what_is_known_later
from pulumi_functiongraph.program.output_values import value_of
from pulumi_functiongraph.program.resources import things
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
    urns = things(batch.registered)
    derived = {id(output) for output in batch.unidentified()}
    for output in batch.outputs():
        found = await value_of(output)
        if found is None or (found.is_known and found.is_secret):
            continue
        if found.is_known:
            batch.texts[id(output)] = found.value
        elif id(output) in derived:
            behind = [urns[id(each)] for each in found.resources if id(each) in urns]
            if len(behind) == 1:
                batch.derived[id(output)] = behind[0]
    if batch.derived or batch.texts:
        await judge_what_is_known_later(batch)
    return True
