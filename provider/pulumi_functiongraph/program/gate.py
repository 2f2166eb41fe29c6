"""The gate lets every registration of a program wait until all its declarations are judged.

A program's body runs to its end before the first registration can start. A stack transformation
makes each resource depend on one coroutine, which therefore sees everything that the body
declared. When it raises, nothing at all is registered, also under ``up --skip-preview``; only a
preview goes on while the cloud is asked. It never awaits an Output: a resource that an awaited
Output needs would wait for the gate in turn.

Transformations run in the order in which they were registered, and a later one may answer with
options of its own; so where others follow, the gate holds the resource once more after them.

Unit tests under ``pulumi.runtime.set_mocks`` have no engine, and as often as not nothing waits for
their registrations. There each declaration is judged, without the network, where it is constructed.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from copy import copy
from typing import cast
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

from pulumi_functiongraph.bridge.sdk_internals.mocks import is_mocked
from pulumi_functiongraph.bridge.sdk_internals.program_start import is_anything_constructed
from pulumi_functiongraph.bridge.sdk_internals.transformations import run_again_last
from pulumi_functiongraph.program import audit
from pulumi_functiongraph.program.cloud_reads import ask, ask_engine, is_stopped
from pulumi_functiongraph.program.judged_configs import judged_for, start_plugin, tell_plugin
from pulumi_functiongraph.program.judging import Stage, judge
from pulumi_functiongraph.program.mocked_values import take_values
from pulumi_functiongraph.program.records import RecordedConfig, RecordedTrigger
from pulumi_functiongraph.program.run import Run
from pulumi_functiongraph.program.unit_tests import running_test

_RUNS: WeakKeyDictionary[pulumi.Resource, Run] = WeakKeyDictionary()


def arm(*, at_start: bool = False) -> Run | None:
    """Put the gate in place for the running program, once.

    Args:
        at_start: whether nothing but the program's root can be there yet.

    Returns:
        What the program has declared so far; ``None`` where no program is running.
    """
    root = get_root_resource()
    if root is None:
        return None
    run = _RUNS.get(root)
    test = running_test() if is_mocked() else None
    if run is None:
        is_begun = test is None and not at_start and is_anything_constructed()
        run = Run(test=test, is_begun=is_begun)
        _RUNS[root] = run
        pulumi.runtime.register_stack_transformation(_wait_for_gate)
    elif test is not None and not test.is_same(run.test):
        run = Run(test=test)  # each unit test is a program of its own
        _RUNS[root] = run
    return run


def record(config: RecordedConfig, opts: pulumi.ResourceOptions | None = None) -> RecordedConfig:
    """Add a config to what the gate judges; judge it at once when the gate will not.

    Args:
        config: as it was declared.
        opts: the options that it was declared with.

    Returns:
        The config as it was recorded.

    Raises:
        pulumi.RunError: the gate has fired, or this is a unit test, and with this config there is
            an error; it does not count then.
    """
    run = arm()
    if run is None:
        return config
    if is_mocked():
        take_values(run, config.name, config.arguments)
    recorded = run.declared.add_config(config, is_late=run.fired)
    if opts is not None:
        run.declared.note_options(recorded, opts)
    if run.fired or is_mocked():
        try:
            judge(run, Stage.LATE if run.fired else Stage.GATE, config=recorded)
        except pulumi.RunError:
            run.declared.configs.pop()
            raise
    if run.fired:
        audit.begin_late(run)
    return recorded


def with_own_wait(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """The options of a config, which is held also where its parent came before the gate."""
    run = arm()
    if run is None or not run.is_begun:
        return opts
    hold = pulumi.ResourceOptions(transformations=[_wait_for_gate])
    return pulumi.ResourceOptions.merge(opts, hold)


def record_trigger(trigger: RecordedTrigger) -> None:
    """Add a trigger to what the gate judges; judge it at once in a unit test.

    Raises:
        pulumi.RunError: the gate has fired already, and would have judged without it; or this is a
            unit test, and with this trigger there is an error.
    """
    run = arm()
    if run is None:
        return
    if run.fired:
        raise pulumi.RunError(
            f"functiongraph: the Trigger at {trigger.where} is declared inside apply or after an "
            "await, when the notifications have been judged already; declare it in the body of "
            "the program"
        )
    if is_mocked():
        given = trigger.arguments.items()
        as_config = {"on_success" if key == "source" else key: value for key, value in given}
        take_values(run, f"the Trigger at {trigger.where}", as_config)
    run.declared.triggers.append(trigger)
    if is_mocked():
        try:
            judge(run, Stage.GATE)
        except pulumi.RunError:
            run.declared.triggers.pop()
            raise


def _wait_for_gate(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    run = arm()
    if run is None or not run.declared.add_resource(args) or is_mocked():
        return None
    if run.gate is None:
        run.gate = pulumi.Output.from_input(_open(run))
    run_again_last(args.resource, running=_wait_for_gate, last=_wait_for_gate_again)
    return _depending_on_gate(args, run, run.gate)


def _wait_for_gate_again(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    run = arm()
    if run is None or run.gate is None:
        return None
    run.declared.note_changes(args)
    return _depending_on_gate(args, run, run.gate)


def _depending_on_gate(
    args: pulumi.ResourceTransformationArgs,
    run: Run,
    gate: pulumi.Output[list[pulumi.Resource]],
) -> pulumi.ResourceTransformationResult:
    if args.opts.depends_on is None:
        # Merging would derive an Output per resource, and the SDK's work grows with their square.
        opts = copy(args.opts)
        opts.depends_on = gate
    else:
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(depends_on=gate))
    config = run.declared.config_at(args.resource)
    if config is not None:
        config.judged_for = judged_for(config, args.opts)
    return pulumi.ResourceTransformationResult(args.props, opts)


async def _open(run: Run) -> list[pulumi.Resource]:
    """Judge everything declared; the empty list means that nobody depends on anything new.

    A preview changes nothing. So where the declarations alone do not stop it, it goes on while the
    cloud is asked, and what that shows fails it in the end. An update waits.
    """
    run.fired = True
    if run.declared.configs or run.declared.triggers:
        await ask_engine(run)
        starting = asyncio.ensure_future(start_plugin(run.declared))
        run.judging = asyncio.ensure_future(_judge_by_cloud(run))
        if pulumi.runtime.is_dry_run() and await _goes_on(run):
            pulumi.Output.from_input(cast("pulumi.Input[bool]", run.judging))
        else:
            await run.judging
        await starting
        await tell_plugin(run.declared)
    return []


async def _goes_on(run: Run) -> bool:
    """Whether the declarations alone do not stop a run, judged once its threads ask the cloud."""
    for _ in ("the tasks begin", "their threads begin"):
        await asyncio.sleep(0)
    return not is_stopped(run)


async def _judge_by_cloud(run: Run) -> bool:
    """Judge everything declared with what the cloud answers.

    Returns:
        True; a task that Pulumi waits for needs a value.

    Raises:
        pulumi.RunError: there is an error that stops the run.
    """
    answers = await ask(run, Stage.GATE)
    _keep_what_is_loaded()
    judge(run, Stage.GATE, answers=answers)
    audit.begin(run)
    return True


def _keep_what_is_loaded() -> None:
    """Take what there is so far for good: no search for garbage looks at it again.

    Modules are most of it, and the last search is at the end of the process, when all of them stay
    anyway. Not in a thread: a process with inline programs does more than run this one.
    """
    if threading.current_thread() is threading.main_thread():
        gc.freeze()
