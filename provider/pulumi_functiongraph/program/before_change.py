"""Judge a config again right before it is created or updated, when its values are known.

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

from pulumi_functiongraph.bridge.property_bags import from_engine, from_program
from pulumi_functiongraph.bridge.sdk_internals.mocks import is_mocked
from pulumi_functiongraph.program import gate
from pulumi_functiongraph.program.cloud_reads import ask
from pulumi_functiongraph.program.judging import Stage, judge
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.run import Run


def hooked(
    opts: pulumi.ResourceOptions | None, config: RecordedConfig
) -> pulumi.ResourceOptions | None:
    """The options with what judges a config again, where that is needed."""
    is_update = get_root_resource() is not None and not is_dry_run() and not is_mocked()
    if not is_update or not (config.is_judged_again or config.follows_others):
        return opts
    if threading.current_thread() is not threading.main_thread():
        judged: pulumi.Output[Any] = pulumi.Output.from_input(_once_known(config, opts))
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=judged))
    config.hook = _before_change
    binding = pulumi.ResourceHookBinding(
        before_create=[_before_change], before_update=[_before_change]
    )
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=binding))


async def _before_change(args: pulumi.ResourceHookArgs) -> None:
    """Judge what was unknown before, with the values that are about to be sent.

    Raises:
        pulumi.RunError: with this change there is an error; it is not made.
    """
    run = gate.arm()
    config = run.declared.config_of(args.urn) if run is not None else None
    if run is not None and config is not None:
        run.values.send(config, from_engine(args.new_inputs or {}))
        await judge_before_change(run, config)


async def _once_known(
    config: RecordedConfig, opts: pulumi.ResourceOptions | None
) -> list[pulumi.Resource]:
    """Judge a config with the values that its Outputs turn out to have, after the gate.

    What it depends on explicitly is there by then.

    Returns:
        Nothing that it depends on beside its values.

    Raises:
        pulumi.RunError: with this config there is an error; it is not registered.
    """
    run = gate.arm()
    if run is not None and run.gate is not None:
        await run.gate.future()
        for output in config.outputs.values():
            if await output.is_known() and not await output.is_secret():
                run.values.learn(output, from_program({"": await output.future()})[""])
        before = opts.depends_on if opts is not None else None
        for each in before if isinstance(before, list) else [before]:
            if isinstance(each, pulumi.Resource):
                await each.urn.future()
        await judge_before_change(run, config)
    return []


async def judge_before_change(run: Run, config: RecordedConfig) -> None:
    """Judge again, where values of a config or what it needs were not known before.

    Raises:
        pulumi.RunError: with this config there is an error.
    """
    if config.is_judged_again or config.number not in run.cloud.prechecks.settled:
        answers = await ask(run, Stage.BEFORE_CHANGE, config)
        judge(run, Stage.BEFORE_CHANGE, answers=answers, config=config)
