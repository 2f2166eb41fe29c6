"""The audit: derived outputs are identified in a preview, by a task that nothing waits for.

A target that was made with ``apply`` or ``concat`` is no resource's attribute. Its resources are
known once it is awaited, and awaiting it inside the gate would hang for ever. So the gate judges
without it, and this task judges again while the preview runs; an error fails the preview.
"""

from __future__ import annotations

from typing import cast

import pulumi

from pulumi_functiongraph.core.stack import VALUE_MAKERS
from pulumi_functiongraph.program.batch import Batch
from pulumi_functiongraph.program.judgement import judge_at_once


def begin(batch: Batch) -> None:
    """Start the audit of a preview; during an update the hook judges known values instead."""
    if pulumi.runtime.is_dry_run() and batch.unidentified():
        pulumi.Output.from_input(cast("pulumi.Input[bool]", _audit(batch)))


async def _audit(batch: Batch) -> bool:
    """Find the value, or the one resource behind each derived output, and judge again.

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
    for output in batch.unidentified():
        behind = [names[id(each)] for each in await output.resources() if id(each) in names]
        if await output.is_known():
            if not await output.is_secret():
                batch.texts[id(output)] = await output.future()
        elif len(behind) == 1:
            batch.derived[id(output)] = behind[0].urn
    if batch.derived or batch.texts:
        judge_at_once(batch)
    return True
