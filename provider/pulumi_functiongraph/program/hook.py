"""The hook: right before a config is created or updated its values are known, and judged again.

There is no hook on deletes: with one, ``pulumi destroy`` would need the program. The hook is an
anonymous one, which Pulumi registers together with the resource, after the gate: a registration of
its own would start a server that a program which the gate stops would have to stop half-started.
A preview has no hook: it is judged by gate and audit.
"""

from __future__ import annotations

import pulumi
from pulumi.runtime.settings import get_root_resource, is_dry_run

from pulumi_functiongraph.program import gate
from pulumi_functiongraph.program.bags import from_engine
from pulumi_functiongraph.program.batch import Recorded
from pulumi_functiongraph.program.judgement import judge_before_change


def hooked(opts: pulumi.ResourceOptions | None, config: Recorded) -> pulumi.ResourceOptions | None:
    """The options with the hook, for a config of a running program that is judged again."""
    is_update = get_root_resource() is not None and not is_dry_run() and not gate.is_mocked()
    if not is_update or not config.is_judged_again:
        return opts
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
        await judge_before_change(batch, args.urn)
