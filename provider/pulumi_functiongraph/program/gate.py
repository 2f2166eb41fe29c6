"""The gate: every registration of a program waits until all its declarations are judged.

A program's body runs to its end before the first registration can start. A stack transformation
makes each resource depend on one coroutine, which therefore sees everything that the body
declared. When it raises, nothing at all is registered, also under ``up --skip-preview``. It never
awaits an Output: a resource that an awaited Output needs would wait for the gate in turn.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor, get_root_resource

from pulumi_functiongraph.program import audit
from pulumi_functiongraph.program.batch import Batch, Recorded, RecordedTrigger
from pulumi_functiongraph.program.judgement import judge_at_once, judge_with_what_is_live
from pulumi_functiongraph.program.owners import Registered, pulumi_urn

CONFIG = "pulumi-python:dynamic/functiongraph:AsyncNotificationConfig"
"""The type token of a config."""

_BATCHES: WeakKeyDictionary[pulumi.Resource, Batch] = WeakKeyDictionary()


def arm() -> Batch | None:
    """Put the gate in place for the running program, once.

    Returns:
        What the program has declared so far; ``None`` where no program is running.
    """
    root = get_root_resource()
    if root is None:
        return None
    batch = _BATCHES.get(root)
    if batch is None:
        batch = Batch(early=() if is_mocked() else _constructed_before(root))
        _BATCHES[root] = batch
        pulumi.runtime.register_stack_transformation(_hold)
    elif batch.fired and is_mocked():
        batch = Batch()  # each unit test is a program of its own
        _BATCHES[root] = batch
    return batch


def record(config: Recorded) -> Recorded:
    """Add a config to what the gate judges; judge it at once when the gate has fired already.

    Returns:
        The config as it was recorded.

    Raises:
        pulumi.RunError: the gate has fired, and with this config there is an error.
    """
    batch = arm()
    if batch is None:
        return config
    recorded = replace(config, is_late=batch.fired)
    batch.configs.append(recorded)
    if batch.fired:
        judge_at_once(batch, newest=recorded)
    return recorded


def record_trigger(trigger: RecordedTrigger) -> None:
    """Add a trigger to what the gate judges.

    Raises:
        pulumi.RunError: the gate has fired already, and would have judged without it.
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
    batch.triggers.append(trigger)


def is_mocked() -> bool:
    """Whether this is a user's unit test under ``pulumi.runtime.set_mocks``: no network there."""
    return isinstance(get_monitor(), MockMonitor)


def _hold(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    batch = arm()
    if batch is None:
        return None
    urns = {id(each.resource): each.urn for each in batch.registered[-1:]}
    if args.opts.parent is not None:
        urns = {id(each.resource): each.urn for each in batch.registered}
    urn = pulumi_urn(args, urn_of=lambda parent: urns.get(id(parent)))
    batch.registered.append(Registered(args.resource, urn))
    if args.type_ == CONFIG and batch.configs:
        batch.urns[urn] = batch.configs[-1]
    if batch.fired:
        return None
    if batch.gate is None:
        batch.gate = pulumi.Output.from_input(_open(batch))
    held = pulumi.ResourceOptions(depends_on=batch.gate)
    return pulumi.ResourceTransformationResult(
        args.props, pulumi.ResourceOptions.merge(args.opts, held)
    )


async def _open(batch: Batch) -> list[pulumi.Resource]:
    """Judge everything declared; the empty list means that nobody depends on anything new."""
    batch.fired = True
    if is_mocked():
        judge_at_once(batch)
    else:
        await judge_with_what_is_live(batch)
        audit.begin(batch)
    return []


def _constructed_before(root: pulumi.Resource) -> tuple[str, ...]:
    """Names of the resources that the gate cannot hold, because they were constructed before.

    Pulumi keeps no list of a program's resources, so the interpreter is asked for them, once.
    """
    return tuple(
        sorted(
            each._name  # noqa: SLF001 - it has no public name
            for each in gc.get_objects()
            if issubclass(type(each), pulumi.Resource)
            and each is not root
            and "_name" in vars(each)
        )
    )
