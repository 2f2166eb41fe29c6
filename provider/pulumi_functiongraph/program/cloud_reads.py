"""What the cloud is asked at each stage of a run, in threads and under one deadline.

- gate: what is live from every target on, a pre-check of every config, what is live in the place of
  each config that is new to the stack, and which functions of the program exist already;
- audit: what is live from targets on that became known since, the other looks at the configs of
  which more is known;
- before change: the same for one config, all anew where the last walk is too old;
- late: nothing.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from functools import partial

import pulumi
from msgspec.structs import replace

from pulumi_functiongraph.bridge.live_walk import FRESH
from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.graph import Naming
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.one_line import visible_lines
from pulumi_functiongraph.core.prechecks.checked_configs import checked_config
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.operations.walk import Live, without
from pulumi_functiongraph.program.concurrency import in_thread
from pulumi_functiongraph.program.deployed_functions import existing
from pulumi_functiongraph.program.hidden_values import with_hidden_values
from pulumi_functiongraph.program.judging import NOT_ASKED, CloudAnswers, Stage, judgement_on
from pulumi_functiongraph.program.reading import Reading
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.report import nothing_changed
from pulumi_functiongraph.program.run import Run
from pulumi_functiongraph.program.takeovers import new_to_the_stack

PATIENCE = 2.0
"""Seconds after which it is logged what is waited for."""


async def ask_engine(run: Run) -> None:
    """Ask for functions of the program that exist already, where an edge leads to or from one.

    The engine notes in state that it was asked, so a run that is stopped anyhow does without.

    Raises:
        pulumi.RunError: settings or credentials are not valid, or a declaration cannot be read.
    """
    reading = run.read()
    _refuse_credentials(run)
    wanted = reading.graph.unknown_functions()
    if wanted and not is_stopped(run):
        outputs = (await run.cloud.state.held()).outputs
        run.cloud.state.existing = existing(wanted, run.declared.resources, outputs)


async def ask(run: Run, stage: Stage, config: RecordedConfig | None = None) -> CloudAnswers:
    """Ask the cloud what a judgement needs.

    Args:
        run: what is declared; keeps what was answered.
        stage: when this is.
        config: the config that is about to be changed.

    Raises:
        pulumi.RunError: the settings are not valid, or a declaration cannot be read.
    """
    reading = run.read()
    walking = asyncio.ensure_future(_live(run, reading, stage, config))
    checking = in_thread(_checking(run, reading, config))
    looking = asyncio.ensure_future(_taken_over(run, reading, config, walking, checking))
    _, slow = await asyncio.wait((walking, checking, looking), timeout=PATIENCE)
    if slow and not run.cloud.is_waiting_logged:
        run.cloud.is_waiting_logged = True
        _log_waiting(reading.settings.precheck_timeout)
    live, checked, looked = await walking, await checking, await looking
    if config is None:
        looked = run.cloud.takeovers.results = (*run.cloud.takeovers.results, *looked)
    answers = CloudAnswers(live, (*checked, *looked))
    return await _as_this_update_finds_it(run, answers)


def _refuse_credentials(run: Run) -> None:
    configs = run.declared.configs
    if configs and all(config.provider is not None for config in configs):
        return  # those of the program are asked for nothing
    try:
        run.account.refuse_credentials()
    except SettingsError as error:  # as the first call of the provider would
        raise nothing_changed(error) from error


def is_stopped(run: Run, answers: CloudAnswers = NOT_ASKED) -> bool:
    """Whether the run ends with what is declared and was answered, whatever else is."""
    judgement = judgement_on(run, run.read(), answers)
    return bool(judgement.stopping(judgement.findings))


async def _live(run: Run, reading: Reading, stage: Stage, config: RecordedConfig | None) -> Live:
    """Walk over what is live, unless that is set off or can tell nothing new of a config."""
    settings = reading.settings
    if settings.live_graph == "off" or (config is not None and not config.is_judged_again):
        return Live()

    def walk() -> Awaitable[Live]:
        walking = partial(
            run.cloud.walk.read,
            run.account,
            run.read().graph,
            deadline=time.monotonic() + settings.precheck_timeout,
            clock=time.monotonic,
            max_age=FRESH if stage is Stage.BEFORE_CHANGE else math.inf,
        )
        return in_thread(walking)

    found = await (run.cloud.walks.result(walk) if config is not None else walk())
    elsewhere = run.read().graph.half_seen()
    return replace(found, unreadable={**elsewhere, **found.unreadable}) if elsewhere else found


def _checking(
    run: Run, reading: Reading, config: RecordedConfig | None
) -> Callable[[], tuple[CheckResult, ...]]:
    """What checks the configs that have to be checked now."""
    timeout, prechecks = reading.settings.precheck_timeout, run.cloud.prechecks
    if reading.settings.precheck == "off":
        return tuple
    if config is None:
        deadline = time.monotonic() + timeout
        declarations = reading.declarations
        return partial(prechecks.check, run.account, run.declared, declarations, deadline=deadline)
    declaration = reading.configs[config].declaration
    subject = checked_config(declaration, number=config.number)
    is_settled = config.number in prechecks.settled or declaration.has_own_account
    if subject is None or is_settled:
        return tuple
    return partial(prechecks.check_again, run.account, run.declared, subject, timeout=timeout)


async def _taken_over(
    run: Run,
    reading: Reading,
    config: RecordedConfig | None,
    walking: asyncio.Future[Live],
    checking: asyncio.Future[tuple[CheckResult, ...]],
) -> tuple[CheckResult, ...]:
    """Look for what is live in the place of new configs; at the gate, take what the walk listed.

    The engine notes in state that it was asked, so an update that the pre-check stops does without;
    a preview writes no state, and reports all at once.
    """
    takeovers, timeout = run.cloud.takeovers, reading.settings.precheck_timeout
    deadline = time.monotonic() + timeout
    known = with_hidden_values(reading, run.declared, run.values, only=config)
    wanted = takeovers.waiting(known) if reading.settings.precheck != "off" else []
    answers = NOT_ASKED
    if wanted and config is None and not pulumi.runtime.is_dry_run():
        await asyncio.wait((walking, checking))
        if checking.exception() or walking.exception():
            return ()
        answers = CloudAnswers(prechecks=checking.result())
    if not wanted or (config is None and is_stopped(run, answers)):
        return ()
    wanted = new_to_the_stack(wanted, run.declared, await run.cloud.state.held())
    if config is None:
        await asyncio.wait((walking,))
    if not wanted:
        return ()
    # What the gate's walk has listed is of now; a hook comes later, and looks anew.
    asked = partial(run.cloud.walk.configs, run.account) if config is None else run.account.configs
    source = partial(asked, deadline=deadline)
    found = await in_thread(partial(takeovers.check, wanted, source=source, deadline=deadline))
    for line in found.lines if pulumi.runtime.is_dry_run() else ():
        pulumi.log.info(visible_lines(line))  # in an update the provider says so
    return found.results


def _log_waiting(timeout: float) -> None:
    pulumi.log.info(
        "functiongraph: looking at what the targets lead to, and whether notifications would "
        f"reach them, for at most {timeout:g} s (functiongraph:liveGraph = off and "
        "functiongraph:precheck = off go without)"
    )


async def _as_this_update_finds_it(run: Run, answers: CloudAnswers) -> CloudAnswers:
    """The answers without configs that this update deletes before it creates their successors.

    A resource of this stack that is declared again for another function version is replaced, and
    the old config is deleted first; one that is no longer declared is deleted last and counts.
    """
    if not answers.live.edges:
        return answers
    # Meanwhile the engine may tell more, so that the last config of a cycle sees all of it.
    graph = run.read().graph
    cycles = run.verdict(graph, answers.live).cycles
    if all(edge.is_declared for cycle in cycles for edge in cycle.edges):
        return answers
    held = (await run.cloud.state.held()).configs
    declared = {node.key for node in graph.live_sources()}
    replaced, removed = set[FunctionUrn](), set[FunctionUrn]()
    for name, urn in held.items():
        config = run.declared.config_of(name)
        if config is None:
            removed.add(urn)
        elif str(urn) not in declared and not _may_stay(run, config):
            replaced.add(urn)
    return replace(answers, live=without(answers.live, replaced=replaced, removed=removed))


def _may_stay(run: Run, config: RecordedConfig) -> bool:
    """Whether a config that is in the state may keep the function that it has there.

    A preview judges again when it knows; in an update, the one that closes a cycle may be sent
    before that.
    """
    node = run.read().configs[config].node
    is_unknown = node is not None and node.naming is Naming.UNKNOWN
    return config.keeps_function or (is_unknown and not pulumi.runtime.is_dry_run())
