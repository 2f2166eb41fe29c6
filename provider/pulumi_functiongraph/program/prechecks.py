"""The pre-check of a program: what its configs need of the cloud, asked before anything is changed.

The gate checks everything that it knows. The hook checks a config again whose values were unknown
then, or which needs something that the program itself creates or changes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.prechecks.checked_configs import (
    CheckedConfig,
    checked_config,
    functions_of,
)
from pulumi_functiongraph.core.prechecks.judging import judge_secrets
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.operations.answers import Answers, Facts
from pulumi_functiongraph.operations.precheck import precheck, precheck_again
from pulumi_functiongraph.operations.scheduler import Scheduler
from pulumi_functiongraph.program.declarations import Declarations


class Prechecks(msgspec.Struct):
    """What was checked in this run, and what the cloud has answered.

    Attributes:
        settled: the numbers of the configs that need no other check before they are sent.
    """

    settled: set[int] = msgspec.field(default_factory=set)
    _answers: Answers | None = None
    _checked: set[CheckedConfig] = msgspec.field(default_factory=set)
    _results: dict[int, tuple[CheckResult, ...]] = msgspec.field(default_factory=dict)
    """By the number of a config, of its last check."""
    _reported: set[str] = msgspec.field(default_factory=set)
    """The kinds of reasons why something could not be verified that have been reported."""
    _fresh_until: float = 0.0
    _lock: Lock = msgspec.field(default_factory=Lock)
    """Held while the source of answers is exchanged."""

    def check(
        self,
        account: Account,
        declared: Declarations,
        declarations: Sequence[Declaration],
        *,
        deadline: float,
    ) -> tuple[CheckResult, ...]:
        """Check every config of which more is known than when it was checked.

        Where a config would be stopped of which everything is known, the cloud is asked whether it
        is live already as it is declared.

        Args:
            account: whose cloud is asked.
            declared: what may make what is missing.
            declarations: every config, in order of declaration.
            deadline: a time of the monotonic clock; it takes as long as the cloud, at most so.

        Returns:
            The results of all configs, also of those that were checked before.
        """
        subjects = [each for each in _subjects(declarations) if each not in self._checked]
        functions = [urn for subject in subjects for urn in functions_of(subject)]
        if not functions:
            return self._all_results()
        try:
            source = account.facts(functions=functions, deadline=deadline)
        except FunctionGraphError as error:
            return self._with(subjects, _none_verified(subjects, str(error)))
        results = precheck(
            subjects,
            self._answers_of(source),
            deadline=deadline,
            clock=time.monotonic,
            mended_by=lambda subject, thing: declared.maker_before(subject.number, thing),
        )
        self._checked.update(subjects)
        mended = {result.number for result in results if result.mended_by}
        self.settled.update(
            each.number for each in subjects if not each.is_open and each.number not in mended
        )
        stopping = {each.number for each in results if _stops(each)}
        configs = {number: declarations[number].examined.config for number in sorted(stopping)}
        live = _live_as_declared(
            account, {number: config for number, config in configs.items() if config}, deadline
        )
        found = (replace(each, is_live=each.number in live) for each in results)
        return self._with(subjects, found)

    def _with(
        self, subjects: Iterable[CheckedConfig], results: Iterable[CheckResult]
    ) -> tuple[CheckResult, ...]:
        """Keep the results of some configs in place of earlier ones; returns those of all."""
        new = self._not_reported(results)
        for subject in subjects:
            found = (each for each in new if each.number == subject.number)
            self._results[subject.number] = tuple(found)
        return self._all_results()

    def _all_results(self) -> tuple[CheckResult, ...]:
        return tuple(each for _, found in sorted(self._results.items()) for each in found)

    def check_again(
        self, account: Account, declared: Declarations, subject: CheckedConfig, *, timeout: float
    ) -> tuple[CheckResult, ...]:
        """Check one config right before it is sent.

        Args:
            account: whose cloud is asked.
            declared: what may have been made or changed meanwhile.
            subject: the config.
            timeout: seconds; at least half of them are left to this check.
        """

        def renewed() -> Facts:
            deadline = time.monotonic() + timeout
            return account.facts(functions=list(functions_of(subject)), deadline=deadline)

        try:
            with self._lock:
                deadline = time.monotonic() + timeout / 2
                answers = self._answers
                if answers is None or self._fresh_until < deadline:
                    answers = self._answers_of(renewed())
                    self._fresh_until = deadline + timeout / 2
                    answers.forget(answers.about(declared.is_mentioned))
            found = precheck_again(
                subject,
                answers,
                renewed=renewed,
                deadline=deadline,
                clock=time.monotonic,
            )
            results = (*found, *judge_secrets(subject))
        except FunctionGraphError as error:
            results = _none_verified((subject,), str(error))
        return self._not_reported(results)

    def _answers_of(self, source: Facts) -> Answers:
        """The answers of this run, of which more come from a source."""
        if self._answers is None:
            self._answers = Answers(source)
        else:
            self._answers.turn_to(source)
        return self._answers

    def _not_reported(self, results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
        """Without the reasons that have been reported in this run."""
        new = tuple(each for each in results if not each.kind or each.kind not in self._reported)
        self._reported |= {each.kind for each in new if each.kind}
        return new


def _subjects(declarations: Sequence[Declaration]) -> tuple[CheckedConfig, ...]:
    """The declared configs that can be checked with the program's settings."""
    found = (
        checked_config(each, number=number)
        for number, each in enumerate(declarations)
        if not each.has_own_account
    )
    return tuple(subject for subject in found if subject is not None)


def _stops(result: CheckResult) -> bool:
    return result.outcome is CheckOutcome.DENIED and not result.mended_by


def _live_as_declared(
    account: Account, configs: Mapping[int, Config], deadline: float
) -> frozenset[int]:
    """The numbers of the configs that are live with the declared values, as far as can be read.

    Args:
        account: whose cloud is asked, with one request a config.
        configs: by their numbers.
        deadline: a time of the monotonic clock after which nothing more is asked.
    """

    def is_live(numbered: tuple[int, Config]) -> bool:
        _, config = numbered
        try:
            live = account.functiongraph.get_async_config(config.function_urn)
        except FunctionGraphError:
            return False
        return live is not None and config.same_setting(live.config)

    with Scheduler(is_live) as scheduler:
        scheduler.add(configs.items())
        found = scheduler.ended(deadline=deadline, clock=time.monotonic)
        return frozenset(number for (number, _), is_so in found if is_so)


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
