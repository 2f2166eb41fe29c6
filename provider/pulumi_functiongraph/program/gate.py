"""The gate: every registration of a program waits until all its declarations are judged.

A program's body runs to its end before the first registration can start. A stack transformation
makes each resource depend on one coroutine, which therefore sees everything that the body
declared. When it raises, nothing at all is registered, also under ``up --skip-preview``. It never
awaits an Output: a resource that an awaited Output needs would wait for the gate in turn.

Transformations run in the order in which they were registered, and a later one may answer with
options of its own; so where others follow, the gate holds the resource once more after them.

Unit tests under ``pulumi.runtime.set_mocks`` have no engine, and as often as not nothing waits for
their registrations. There each declaration is judged, without the network, where it is constructed.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

from pulumi_functiongraph.bridge.property_bags import from_program
from pulumi_functiongraph.bridge.sdk_internals.mocks import is_mocked
from pulumi_functiongraph.bridge.sdk_internals.program_start import is_anything_constructed
from pulumi_functiongraph.bridge.sdk_internals.transformations import run_again_last
from pulumi_functiongraph.core.prechecks.makers import Maker
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES
from pulumi_functiongraph.program import audit
from pulumi_functiongraph.program.judging import judge_at_once, judge_with_what_is_live
from pulumi_functiongraph.program.mocked_values import take_values
from pulumi_functiongraph.program.resources import Registered, pulumi_urn
from pulumi_functiongraph.program.run import Batch, Recorded, RecordedTrigger
from pulumi_functiongraph.program.unit_tests import running_test

_BATCHES: WeakKeyDictionary[pulumi.Resource, Batch] = WeakKeyDictionary()


def arm(*, at_start: bool = False) -> Batch | None:
    """Put the gate in place for the running program, once.

    Args:
        at_start: whether nothing but the program's root can be there yet.

    Returns:
        What the program has declared so far; ``None`` where no program is running.
    """
    root = get_root_resource()
    if root is None:
        return None
    batch = _BATCHES.get(root)
    test = running_test() if is_mocked() else None
    if batch is None:
        is_begun = test is None and not at_start and is_anything_constructed()
        batch = Batch(test=test, is_begun=is_begun)
        _BATCHES[root] = batch
        pulumi.runtime.register_stack_transformation(_hold)
    elif test is not None and not test.is_same(batch.test):
        batch = Batch(test=test)  # each unit test is a program of its own
        _BATCHES[root] = batch
    return batch


def record(config: Recorded) -> Recorded:
    """Add a config to what the gate judges; judge it at once when the gate will not.

    Returns:
        The config as it was recorded.

    Raises:
        pulumi.RunError: the gate has fired, or this is a unit test, and with this config there is
            an error; it does not count then.
    """
    batch = arm()
    if batch is None:
        return config
    if is_mocked():
        take_values(batch, config.name, config.arguments)
    recorded = replace(
        config,
        is_late=batch.fired,
        after=len(batch.registered),
        follows_others=batch.others > 0,
    )
    batch.configs.append(recorded)
    if batch.fired or is_mocked():
        try:
            judge_at_once(batch, newest=recorded)
        except pulumi.RunError:
            batch.configs.pop()
            raise
    return recorded


def held(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """The options of a config, which is held also where its parent came before the gate."""
    batch = arm()
    if batch is None or not batch.is_begun:
        return opts
    hold = pulumi.ResourceOptions(transformations=[_hold])
    return pulumi.ResourceOptions.merge(opts, hold)


def record_trigger(trigger: RecordedTrigger) -> None:
    """Add a trigger to what the gate judges; judge it at once in a unit test.

    Raises:
        pulumi.RunError: the gate has fired already, and would have judged without it; or this is a
            unit test, and with this trigger there is an error.
    """
    batch = arm()
    if batch is None:
        return
    if batch.fired:
        raise pulumi.RunError(
            f"functiongraph: the Trigger at {trigger.where} is declared inside apply or after an "
            "await, when the notifications have been judged already; declare it in the body of "
            "the program"
        )
    if is_mocked():
        given = trigger.arguments.items()
        as_config = {"on_success" if key == "source" else key: value for key, value in given}
        take_values(batch, f"the Trigger at {trigger.where}", as_config)
    batch.triggers.append(trigger)
    if is_mocked():
        try:
            judge_at_once(batch)
        except pulumi.RunError:
            batch.triggers.pop()
            raise


def _hold(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    batch = arm()
    if batch is None or any(args.resource is each.resource for each in batch.registered[-1:]):
        return None
    urns = {id(each.resource): each.urn for each in batch.registered[-1:]}
    if args.opts.parent is not None:
        urns = {id(each.resource): each.urn for each in batch.registered}
    urn = pulumi_urn(args, urn_of=lambda parent: urns.get(id(parent)))
    if args.type_ in CONFIG_TYPES and batch.configs:
        batch.registered.append(Registered(args.resource, urn))
        batch.urns[urn] = batch.configs[-1]
    else:
        is_component = isinstance(args.resource, pulumi.ComponentResource)
        inputs = from_program(args.props or {})
        maker = Maker.of(args.name, args.type_, inputs, is_component=is_component)
        batch.registered.append(Registered(args.resource, urn, maker))
        batch.others += maker.may_matter
    if batch.fired or is_mocked():
        return None
    if batch.gate is None:
        batch.gate = pulumi.Output.from_input(_open(batch))
    run_again_last(args.resource, running=_hold, last=_hold_again)
    return _held(args, batch.gate)


def _hold_again(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    batch = arm()
    if batch is None or batch.gate is None or batch.fired:
        return None
    return _held(args, batch.gate)


def _held(
    args: pulumi.ResourceTransformationArgs, gate: pulumi.Output[list[pulumi.Resource]]
) -> pulumi.ResourceTransformationResult:
    if args.opts.depends_on is None:
        # Merging would derive an Output per resource, and the SDK's work grows with their square.
        opts = copy(args.opts)
        opts.depends_on = gate
    else:
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(depends_on=gate))
    return pulumi.ResourceTransformationResult(args.props, opts)


async def _open(batch: Batch) -> list[pulumi.Resource]:
    """Judge everything declared; the empty list means that nobody depends on anything new."""
    batch.fired = True
    if not batch.configs and not batch.triggers:
        return []
    await judge_with_what_is_live(batch)
    audit.begin(batch)
    return []
