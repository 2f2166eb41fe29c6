"""What the rules find in configs that are live: cycles, and notifications that do not arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.drift.inputs import LiveReadings, UnreadConfig
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import Edge
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig, checked_live_config
from pulumi_functiongraph.core.prechecks.results import CheckOutcome, CheckResult
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.operations.live_graph import judge_live
from pulumi_functiongraph.operations.walk import LiveNotifications


class LiveFindings(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        findings: of the rules.
        missing: what was asked for and is not known; empty for nothing.
    """

    findings: tuple[Finding, ...]
    missing: str = ""


def find_cycles(
    read: LiveReadings,
    beyond: LiveNotifications,
    *,
    declared: Iterable[Edge],
    deadline: float,
    clock: Callable[[], float],
) -> LiveFindings:
    """Find the cycles in what is live; the arguments are those of ``judge_live``."""
    verdict = judge_live(read, beyond, declared=declared, deadline=deadline, clock=clock)
    unknown = str(verdict.unknowns)
    missing = f"whether there is a cycle: {unknown}" if unknown else ""
    return LiveFindings(judge(Program((), verdict=verdict)), missing)


def find_undelivered(results: tuple[CheckResult, ...]) -> LiveFindings:
    """Find the notifications that would not arrive, in the answers of a pre-check."""
    unknown = unanswered(results)
    missing = f"whether all notifications arrive: {unknown} about it not answered"
    return LiveFindings(judge(Program((), prechecks=results)), missing if unknown else "")


def unanswered(results: Sequence[CheckResult]) -> str:
    """How many questions of a pre-check were not answered; empty for none."""
    unknown = sum(each.outcome is CheckOutcome.UNKNOWN for each in results)
    return f"{unknown:,} of {counted(len(results), 'question')}" if unknown else ""


def live_subjects(live: LiveReadings) -> list[CheckedConfig]:
    """The configs that were read, as a pre-check takes them."""
    return [
        replace(checked_live_config(found.config, resource=str(urn)), number=number)
        for number, (urn, found) in enumerate(live.configs.items())
        if isinstance(found, LiveConfig)
    ]


def unread_lines(live: LiveReadings) -> Iterator[str]:
    """What could not be read, and why, in a line each."""
    yield from (f"{name}: {why}" for name, why in live.unread.items())
    yield from (
        f"{urn}: {found.why}"
        for urn, found in live.configs.items()
        if isinstance(found, UnreadConfig)
    )
