"""What the cloud says of one config: whether its notifications arrive, and cycles through it.

A circle through live configs is a warning here: a live edge may be one that this very run removes,
and a plugin is not told the stack's state.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from threading import Lock

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.bridge.live_walk import LiveWalk
from pulumi_functiongraph.cloud.http.value_redaction import redactor
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.checked_configs import (
    CheckedConfig,
    checked_config,
    functions_of,
)
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.operations.answers import Answers, Facts
from pulumi_functiongraph.operations.precheck import precheck_again
from pulumi_functiongraph.operations.walk import Live
from pulumi_functiongraph.plugin.declared_cycles import DeclaredCycles


class CloudFindings:
    """What the cloud says; each thing is asked once for all configs of a process.

    Args:
        account: whose cloud is asked.
        cycles: what this run declares.
    """

    def __init__(self, account: Account, cycles: DeclaredCycles) -> None:
        self._account = account
        self._cycles = cycles
        self._lock = Lock()
        self._answers: Answers | None = None
        self._fresh_until = 0.0
        self._walk = LiveWalk()
        self._walking = Lock()
        self._walks_asked = self._walks_done = 0
        self._live = Live()
        self._reported: set[str] = set()

    def of(self, urn: str, declared: DeclaredBag, *, is_preview: bool) -> tuple[Finding, ...]:
        """The findings on one config.

        Args:
            urn: the resource's Pulumi URN.
            declared: its bag, which may have unknown values.
            is_preview: whether nothing is changed by this run.
        """
        results = self._not_reported(self._prechecked(urn, declared))
        found = (
            *judge(Program((), prechecks=results)),
            *self._cycles_of(urn, is_preview=is_preview),
        )
        return tuple(_without_names(found, self._cycles.secret_names()))

    def _prechecked(self, urn: str, declared: DeclaredBag) -> tuple[CheckResult, ...]:
        settings, examined = self._account.settings, declared.examined
        name = name_in(urn)
        source = str(examined.source) if examined.source else None
        subject = checked_config(Declaration(name, examined, source))
        if settings.precheck == "off" or subject is None or subject.function_urn is None:
            return ()
        timeout, functions = settings.precheck_timeout, functions_of(subject)

        def renewed() -> Facts:
            deadline = time.monotonic() + timeout
            return self._account.facts(functions=functions, deadline=deadline)

        deadline = time.monotonic() + timeout / 2
        try:
            answers = self._answers_until(deadline, renewed, life=timeout)
            return precheck_again(
                subject, answers, renewed=renewed, deadline=deadline, clock=time.monotonic
            )
        except FunctionGraphError as error:
            return (_not_verified(subject, error),)

    def _answers_until(
        self, deadline: float, renewed: Callable[[], Facts], *, life: float
    ) -> Answers:
        """The answers of this process, whose source answers until a time of the clock."""
        with self._lock:
            if self._answers is None:
                self._answers = Answers(renewed())
                self._fresh_until = time.monotonic() + life
            elif self._fresh_until < deadline:
                self._answers.turn_to(renewed())
                self._fresh_until = time.monotonic() + life
            return self._answers

    def _not_reported(self, results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
        """Without the reasons why something is not known that were reported by this process."""
        with self._lock:
            new = tuple(each for each in results if each.kind not in self._reported)
            self._reported |= {each.kind for each in new if each.kind}
        return new

    def _cycles_of(self, urn: str, *, is_preview: bool) -> Iterator[Finding]:
        """The cycles through a config and what is live, as warnings."""
        if self._account.settings.live_graph == "off" or not self._cycles.leads_on(urn):
            return
        live = self._walked(is_preview=is_preview)
        for found in self._cycles.found_with(urn, live, is_preview=is_preview):
            text = found.message if found.cycle is None else f"{urn} {found.cycle}"
            with self._lock:
                is_new = text not in self._reported
                self._reported.add(text)
            if is_new:
                yield found.as_warning()

    def _walked(self, *, is_preview: bool) -> Live:
        """What a walk finds that begins after this call; those who wait for one share the next."""
        with self._lock:
            self._walks_asked += 1
            ticket = self._walks_asked
        with self._walking:
            if self._walks_done < ticket:
                with self._lock:
                    asked = self._walks_asked
                deadline = time.monotonic() + self._account.settings.precheck_timeout
                graph = self._cycles.graph(is_preview=is_preview)
                self._live = self._walk.read(
                    self._account, graph, deadline=deadline, clock=time.monotonic
                )
                self._walks_done = asked
            return self._live


def _without_names(found: Iterable[Finding], names: set[str]) -> Iterator[Finding]:
    hide = redactor(names)
    for each in found:
        texts = {"message": hide(each.message), "remedy": hide(each.remedy)} if names else {}
        yield each.model_copy(update=texts)


def _not_verified(subject: CheckedConfig, error: FunctionGraphError) -> CheckResult:
    return CheckResult(
        subject.resource,
        "",
        Check.FUNCTION,
        CheckOutcome.UNKNOWN,
        str(error),
        where=subject.where,
        kind="settings",
        number=subject.number,
    )
