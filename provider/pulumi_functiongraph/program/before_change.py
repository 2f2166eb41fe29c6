"""The hook: right before a config is created or updated its values are known, and judged again.

There is no hook on deletes: with one, ``pulumi destroy`` would need the program. The hook is an
anonymous one, which Pulumi registers together with the resource, after the gate: a registration of
its own would start a server that a program which the gate stops would have to stop half-started.
A preview has no hook: it is judged by gate and audit.

Nor has an inline program of the Automation API, which runs in a thread of its own: hooks need the
SDK's callback server, and the first program of a process that ends stops the servers of all. There
the config's registration waits until its own values are known and judged.
"""

from __future__ import annotations

import threading
from typing import Any

import pulumi
from pulumi.runtime import get_root_resource, is_dry_run

from pulumi_functiongraph.bridge.property_bags import from_engine, from_program, outputs_in
from pulumi_functiongraph.bridge.sdk_internals.mocks import is_mocked
from pulumi_functiongraph.program import gate
from pulumi_functiongraph.program.judging import judge_before_change
from pulumi_functiongraph.program.run import Recorded


def hooked(opts: pulumi.ResourceOptions | None, config: Recorded) -> pulumi.ResourceOptions | None:
    """The options with what judges a config again, where that is needed."""
    is_update = get_root_resource() is not None and not is_dry_run() and not is_mocked()
    if not is_update or not (config.is_judged_again or config.follows_others):
        return opts
    if threading.current_thread() is not threading.main_thread():
        judged: pulumi.Output[Any] = pulumi.Output.from_input(_once_known(config, opts))
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=judged))
    binding = pulumi.ResourceHookBinding(
        before_create=[_before_change], before_update=[_before_change]
    )
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=binding))


async def _before_change(args: pulumi.ResourceHookArgs) -> None:
    """Judge what was unknown before, with the values that are about to be sent.

    Raises:
        pulumi.RunError: with this change there is an error; it is not made.
    """
    batch = gate.arm()
    if batch is not None:
        batch.known[args.urn] = from_engine(args.new_inputs or {})
        config = batch.urns.get(args.urn)
        if config is not None:
            await judge_before_change(batch, config)


async def _once_known(
    config: Recorded, opts: pulumi.ResourceOptions | None
) -> list[pulumi.Resource]:
    """Judge a config with the values that its Outputs turn out to have, after the gate.

    What it depends on explicitly is there by then.

    Returns:
        Nothing that it depends on beside its values.

    Raises:
        pulumi.RunError: with this config there is an error; it is not registered.
    """
    batch = gate.arm()
    if batch is not None and batch.gate is not None:
        await batch.gate.future()
        for output in outputs_in(config.arguments).values():
            if await output.is_known() and not await output.is_secret():
                batch.texts[id(output)] = from_program({"": await output.future()})[""]
        before = opts.depends_on if opts is not None else None
        for each in before if isinstance(before, list) else [before]:
            if isinstance(each, pulumi.Resource):
                await each.urn.future()
        await judge_before_change(batch, config)
    return []
