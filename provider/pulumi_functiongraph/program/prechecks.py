"""The pre-check of a program: what its configs need of the cloud, asked before anything is changed.

The gate checks everything that it knows. The hook checks a config again whose values were unknown
then, or which needs something that the program itself creates or changes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.prechecks.checked_configs import (
    CheckedConfig,
    checked_config,
    functions_of,
)
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.operations.answers import Answers, Facts
from pulumi_functiongraph.operations.precheck import precheck, precheck_again
from pulumi_functiongraph.program.run import Batch, Seen


def subjects_of(seen: Sequence[Seen]) -> tuple[CheckedConfig, ...]:
    """The declared configs that can be checked, each with its place among them."""
    found = (checked_config(each.declaration, number=place) for place, each in enumerate(seen))
    return tuple(subject for subject in found if subject is not None)


def known_configs(seen: Sequence[Seen]) -> dict[int, Config]:
    """By place, the declared configs of which everything is known."""
    found = ((place, each.declaration.examined.config) for place, each in enumerate(seen))
    return {place: config for place, config in found if config is not None}


def check_all(
    batch: Batch,
    account: Account,
    subjects: Sequence[CheckedConfig],
    *,
    deadline: float,
    configs: Mapping[int, Config] = MappingProxyType({}),
) -> tuple[CheckResult, ...]:
    """Check every config as far as it is known; takes as long as the cloud, at most the deadline.

    Args:
        batch: what is declared; keeps the answers, and which configs are done with.
        account: whose cloud is asked.
        subjects: the configs.
        deadline: a time of the monotonic clock.
        configs: by place, those of which everything is known. Where one of them would be stopped,
            the cloud is asked whether it is live already as it is declared.
    """
    functions = [urn for subject in subjects for urn in functions_of(subject)]
    if not functions:
        return ()
    try:
        batch.answers = Answers(account.facts(functions=functions, deadline=deadline))
    except FunctionGraphError as error:
        return _none_verified(subjects, str(error))
    results = precheck(
        subjects,
        batch.answers,
        now=datetime.now(UTC),
        deadline=deadline,
        clock=time.monotonic,
        mended_by=lambda subject, thing: batch.mended_by(subject.number, thing),
    )
    batch.checked = frozenset(subjects)
    open_ones = {result.number for result in results if result.mended_by}
    batch.settled = {
        subject.number
        for subject in subjects
        if not subject.is_open and subject.number not in open_ones
    }
    batch.told = {result.kind for result in results if result.outcome is CheckOutcome.UNKNOWN}
    stopping = {result.number for result in results if _stops(result)}
    live = live_as_declared(
        account, [(place, configs[place]) for place in sorted(stopping & configs.keys())], deadline
    )
    return tuple(replace(each, is_live=each.number in live) for each in results)


def _stops(result: CheckResult) -> bool:
    return result.outcome is CheckOutcome.DENIED and not result.mended_by


def live_as_declared(
    account: Account, configs: Sequence[tuple[int, Config]], deadline: float
) -> frozenset[int]:
    """The places of the configs that are live with the declared values, as far as it can be read.

    Args:
        account: whose cloud is asked, with one request a config.
        configs: with their places.
        deadline: a time of the monotonic clock after which nothing more is asked.
    """

    def is_live(place_and_config: tuple[int, Config]) -> bool:
        config = place_and_config[1]
        if time.monotonic() >= deadline:
            return False
        try:
            live = account.functiongraph.get_async_config(config.function_urn)
        except FunctionGraphError:
            return False
        return live is not None and config.same_setting(live.config)

    if not configs:
        return frozenset()
    with ThreadPoolExecutor(REQUESTS_IN_FLIGHT, thread_name_prefix="functiongraph-live") as pool:
        found = list(pool.map(is_live, configs))
    return frozenset(place for (place, _), is_so in zip(configs, found, strict=True) if is_so)


def check_more(
    batch: Batch, account: Account, seen: Sequence[Seen], *, timeout: float
) -> tuple[CheckResult, ...]:
    """Check the configs of which more is known than when they were checked, in a preview.

    Args:
        batch: what is declared, with the answers of this run.
        account: whose cloud is asked.
        seen: the declared configs with what is known now.
        timeout: seconds.
    """
    subjects = [subject for subject in subjects_of(seen) if subject not in batch.checked]
    functions = [urn for subject in subjects for urn in functions_of(subject)]
    if not functions:
        return ()
    deadline = time.monotonic() + timeout
    try:
        source = account.facts(functions=functions, deadline=deadline)
    except FunctionGraphError as error:
        return _unsaid(batch, _none_verified(subjects, str(error)))
    if batch.answers is None:
        batch.answers = Answers(source)
    else:
        batch.answers.turn_to(source)
    results = precheck(
        subjects,
        batch.answers,
        now=datetime.now(UTC),
        deadline=deadline,
        clock=time.monotonic,
        mended_by=lambda subject, thing: batch.mended_by(subject.number, thing),
    )
    return _unsaid(batch, results)


def check_again(
    batch: Batch, account: Account, subject: CheckedConfig, *, timeout: float
) -> tuple[CheckResult, ...]:
    """Check one config right before it is sent; what was said in this run is not said again.

    Args:
        batch: what is declared, with the answers of this run.
        account: whose cloud is asked.
        subject: the config.
        timeout: seconds; at least half of them are left to this check.
    """

    def renewed() -> Facts:
        deadline = time.monotonic() + timeout
        return account.facts(functions=list(functions_of(subject)), deadline=deadline)

    try:
        with batch.lock:
            deadline = time.monotonic() + timeout / 2
            if batch.answers is None:
                batch.answers = Answers(renewed())
                batch.fresh_until = deadline + timeout / 2
            elif batch.fresh_until < deadline:
                batch.answers.turn_to(renewed())
                batch.fresh_until = deadline + timeout / 2
                batch.answers.forget(batch.answers.about(batch.is_mentioned))
        results = precheck_again(
            subject,
            batch.answers,
            renewed=renewed,
            now=datetime.now(UTC),
            deadline=deadline,
            clock=time.monotonic,
        )
    except FunctionGraphError as error:
        results = _none_verified((subject,), str(error))
    return _unsaid(batch, results)


def _unsaid(batch: Batch, results: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """Without the reasons that have been said in this run."""
    unsaid = tuple(each for each in results if not each.kind or each.kind not in batch.told)
    batch.told |= {each.kind for each in unsaid if each.kind}
    return unsaid


def _none_verified(subjects: Sequence[CheckedConfig], why: str) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(
            subject.resource,
            "",
            Check.FUNCTION,
            CheckOutcome.UNKNOWN,
            why,
            where=subject.where,
            kind="settings",
            number=subject.number,
        )
        for subject in subjects
    )
