"""Configs that are new to the stack, and what is live in their place before anything is changed.

The service has no owner mark: what is live and in no state of the stack is refused, or taken over
where it equals the declared config or ``adopt`` is set. The provider's create looks once more right
before it sends; what cannot be known here is left to that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Protocol, TypeAlias

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.bridge.target_redaction import hide_names
from pulumi_functiongraph.cloud.wire import as_read_back
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import Examined, to_bag
from pulumi_functiongraph.core.errors import CloudError, FunctionGraphError
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.properties import UNKNOWN, Bag
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.operations.deletion import ownership_doubt
from pulumi_functiongraph.operations.scheduler import Scheduler
from pulumi_functiongraph.operations.takeover import REMEDY, refusal, takeover
from pulumi_functiongraph.program.declarations import Declarations
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.stack_state import Held

_REMEDY = in_snake(REMEDY)


class FailedRead(msgspec.Struct, frozen=True):
    """That it could not be read what is live.

    Attributes:
        why: what came back, and what to do; without names that the program keeps secret.
        kind: failures of one kind are reported once.
    """

    why: str
    kind: str

    @classmethod
    def of(cls, error: FunctionGraphError, *, secret: Iterable[Bag]) -> FailedRead:
        """The failure that an error reports.

        Args:
            error: what was raised.
            secret: the configs that were asked for, of those that have a secret.
        """
        hide_names(error, secret)
        code = f" {error.status} {error.code}" if isinstance(error, CloudError) else ""
        return cls(str(error), f"{type(error).__name__}{code}")


_LiveInPlace: TypeAlias = LiveConfig | FailedRead | None


class ConfigReads(Protocol):
    """What is asked."""

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none."""


class NewConfig(msgspec.Struct, frozen=True):
    """A config that is new to the stack.

    Attributes:
        declared: which it is.
        config: what is to be set, as it would be read back.
        adopt: whether a different config may be taken over.
        secret: the properties that have a secret, of which no value is shown.
        had: what the state has of the config that another resource gives up for this one.
    """

    declared: RecordedConfig
    config: Config
    adopt: bool
    secret: Collection[str] = ()
    had: Bag | None = None

    def may_replace(self, live: LiveConfig) -> bool:
        """Whether a live config is the one that another resource of the program gives up."""
        return self.had is not None and not ownership_doubt(self.had, live)


class LooksTaken(msgspec.Struct, frozen=True):
    """What looks came to.

    Attributes:
        results: what is refused, and what could not be read.
        lines: what a preview says of configs that are taken over.
    """

    results: tuple[CheckResult, ...] = ()
    lines: tuple[str, ...] = ()


class Takeovers(msgspec.Struct):
    """The looks of this run; what was seen of a config in it is not asked again."""

    results: tuple[CheckResult, ...] = ()
    """What gate and audit found so far."""
    _judged: set[RecordedConfig] = msgspec.field(default_factory=set)
    _is_explained: bool = False

    def waiting(
        self, configs: Iterable[tuple[RecordedConfig, Examined, Collection[str]]]
    ) -> list[NewConfig]:
        """The configs that are known as a whole and were not looked for yet.

        Args:
            configs: each with what it says, and the properties that have a secret.
        """
        return [
            NewConfig(declared, as_read_back(examined.config), examined.adopt, secret)
            for declared, examined, secret in configs
            if examined.config is not None
            and examined.unsent.adopt is not UNKNOWN
            and declared not in self._judged
            and not declared.imported
            and declared.provider is None
        ]

    def check(
        self,
        configs: Sequence[NewConfig],
        *,
        source: Callable[[], ConfigReads],
        deadline: float,
    ) -> LooksTaken:
        """Look for what is live in the place of configs, with at most one request each.

        Args:
            configs: those that are new to the stack.
            source: makes what is asked, or raises that settings are not complete.
            deadline: a time of the monotonic clock; what is not read by then is not known.
        """
        self._judged.update(each.declared for each in configs)
        secret: dict[FunctionUrn, list[Bag]] = {each.config.function_urn: [] for each in configs}
        for each in configs:
            if each.secret:
                secret[each.config.function_urn].append(to_bag(each.config))
        try:
            seen = _seen(source(), secret, deadline=deadline)
        except FunctionGraphError as error:
            seen = dict.fromkeys(secret, FailedRead.of(error, secret=chain(*secret.values())))
        results = [result for each in configs for result in _results(each, seen)]
        return LooksTaken(_alike_once(results), tuple(self._lines(configs, seen)))

    def _lines(
        self, configs: Iterable[NewConfig], seen: Mapping[FunctionUrn, _LiveInPlace]
    ) -> Iterator[str]:
        for each in configs:
            urn = each.config.function_urn
            live = seen.get(urn)
            if not isinstance(live, LiveConfig) or each.may_replace(live):
                continue
            if not refusal(each.config, live, adopt=each.adopt):
                is_explained = each.adopt or self._is_explained
                self._is_explained |= not each.adopt
                secret, given = each.secret, each.config
                line = takeover(live.config, given, secret=secret, is_explained=is_explained)
                yield f"{urn.short}: {in_snake(line)}"


def new_to_the_stack(
    configs: Iterable[NewConfig], declared: Declarations, held: Held
) -> list[NewConfig]:
    """Those of the configs that no state of the stack has; none where state could not be read.

    One that the state has under another name counts as this one where an alias may mean that name.
    One of another resource that is declared for another function now may be replaced.
    """
    if not held.is_read:
        return []
    urns = declared.urns_of_configs()
    own: dict[RecordedConfig | None, dict[str, FunctionUrn]] = {}
    for name, function_urn in held.configs.items():
        own.setdefault(declared.config_of(name), {})[name] = function_urn
    removed = own.pop(None, {})
    given_up = {
        function_urn: held.recorded[name]
        for config, in_state in own.items()
        for name, function_urn in in_state.items()
        if config is not None and not config.keeps_function
    }

    def is_ours(each: NewConfig) -> bool:
        in_state, function_urn = own.get(each.declared, {}), each.config.function_urn
        if function_urn in in_state.values() or (in_state and each.declared.keeps_function):
            return True
        urn = urns.get(each.declared, "")
        return any(
            declared.may_have_been(urn, earlier)
            for earlier, had in removed.items()
            if had == function_urn
        )

    new = [each for each in configs if not is_ours(each)]
    return [replace(each, had=given_up.get(each.config.function_urn)) for each in new]


def _seen(
    source: ConfigReads, secret: Mapping[FunctionUrn, Iterable[Bag]], *, deadline: float
) -> dict[FunctionUrn, _LiveInPlace]:
    """What is live, or why that could not be read; what there was no time for is left out."""
    with Scheduler(partial(_read, source, secret)) as scheduler:
        scheduler.add(secret)
        return {
            urn: live
            for urn, live in scheduler.ended(deadline=deadline, clock=time.monotonic)
            if not isinstance(live, FailedRead) or time.monotonic() < deadline
        }


def _read(
    source: ConfigReads, secret: Mapping[FunctionUrn, Iterable[Bag]], urn: FunctionUrn
) -> _LiveInPlace:
    try:
        return source.get_async_config(urn)
    except CloudError as error:
        return FailedRead.of(error, secret=secret[urn])


def _results(each: NewConfig, seen: Mapping[FunctionUrn, _LiveInPlace]) -> Iterator[CheckResult]:
    urn = each.config.function_urn
    if urn not in seen:
        late = "the cloud had not answered before the deadline"
        yield _result(each, Check.UNOWNED, late, outcome=CheckOutcome.UNKNOWN)
        return
    live = seen[urn]
    if isinstance(live, FailedRead):
        yield _result(each, Check.READABLE, live.why, kind=live.kind)
        return
    if live is None or each.may_replace(live):
        return
    why = refusal(each.config, live, adopt=each.adopt, secret=each.secret)
    if why:
        first, *changes = why.split("\n  ")
        listed = in_snake("; ".join(changes))
        yield _result(each, Check.UNOWNED, f"{first} {listed}", remedy=_REMEDY)


def _result(
    each: NewConfig,
    question: Check,
    why: str,
    *,
    outcome: CheckOutcome = CheckOutcome.DENIED,
    remedy: str = "",
    kind: str = "unowned",
) -> CheckResult:
    declared = each.declared
    return CheckResult(
        declared.name,
        "",
        question,
        outcome,
        why,
        remedy,
        declared.where,
        kind=kind,
        number=declared.number,
    )


def _alike_once(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """The results, with one text for all failures of a kind, which are told once then."""
    first: dict[str, CheckResult] = {}
    return tuple(
        replace(each, why=first.setdefault(each.kind, each).why)
        if each.question is Check.READABLE
        else each
        for each in results
    )
