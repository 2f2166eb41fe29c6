"""Judge a preview again with the values of its Outputs, in a task that nothing waits for.

What a resource that exists already gives out is known once the preview has come to it, and a
target that was made with ``apply`` or ``concat`` tells its resources once it is awaited. Awaiting
either inside the gate would hang for ever. So the gate judges without them, and this task judges
again while the preview runs; an error fails the preview.
"""

from __future__ import annotations

import asyncio
from typing import cast

import pulumi

from pulumi_functiongraph.program.cloud_reads import ask
from pulumi_functiongraph.program.judging import Stage, judge
from pulumi_functiongraph.program.run import Run
from pulumi_functiongraph.program.values import value_of


def begin(run: Run) -> None:
    """Start the audit of a preview; during an update the hook judges known values instead."""
    if pulumi.runtime.is_dry_run() and any(run.declared.outputs()):
        pulumi.Output.from_input(cast("pulumi.Input[bool]", _audit(run)))


def begin_late(run: Run) -> None:
    """Judge a preview again with a config that was declared after the gate."""
    if pulumi.runtime.is_dry_run():
        again = run.audits.result(lambda: _judge(run))
        pulumi.Output.from_input(cast("pulumi.Input[bool]", again))


async def _judge(run: Run) -> bool:
    if run.judging is not None:
        await asyncio.wait((run.judging,))
        if run.judging.exception() is not None:
            return True  # the preview fails by that
    judge(run, Stage.AUDIT, answers=await ask(run, Stage.AUDIT))
    return True


async def _audit(run: Run) -> bool:
    """Find the value of each output, or the one resource behind a derived one, and judge again.

    Returns:
        True; a task that Pulumi waits for needs a value.

    Raises:
        pulumi.RunError: there is an error.
    """
    await learn_values(run)
    if run.values.news or run.values.hidden:
        return await _judge(run)
    return True


async def learn_values(run: Run) -> None:
    """Find the value of each output, or the one resource behind a derived one."""
    owned = run.declared.owners()
    for output in list(run.declared.outputs()):
        found = await value_of(output)
        if found is None:
            continue
        if found.is_known and (found.is_secret or found.whole != found.value):
            run.values.hidden[output] = found.whole
        if found.is_known and found.is_secret:
            continue
        if found.is_known:
            run.values.learn(output, found.value)
        elif output not in owned:
            behind = [run.declared.identity_of(each) for each in found.resources]
            identities = [each for each in behind if each is not None]
            if len(identities) == 1:
                run.values.derive(output, identities[0])
