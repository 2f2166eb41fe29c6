"""Both sides of a comparison: what stacks declare, and what is live where their settings lead."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.drift.inputs import DeclaredConfig, LiveReadings
from pulumi_functiongraph.core.errors import CloudError
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.stack import (
    Export,
    declared_configs,
    edges_of,
    provider_settings,
    read_stack,
)
from pulumi_functiongraph.operations.drift import LiveConfigs, read_live
from pulumi_functiongraph.operations.scheduler import Progress

if TYPE_CHECKING:
    from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig
    from pulumi_functiongraph.operations.live_findings import LiveFindings
    from pulumi_functiongraph.operations.walk import LiveNotifications

WALK = 300.0
"""Seconds for the walk beyond the configs that were read; what is left then is unknown."""

_NO_PLACE = "and nothing says which project to look in: set FUNCTIONGRAPH_REGION"
_NONE_TO_COMPARE = (
    "so there is nothing to compare; without --declared-only, configs that no stack declares are "
    "looked for"
)


class ReadOnlyAccount(msgspec.Struct, frozen=True):
    """The account that a stack's settings lead to; whatever is asked of it changes nothing.

    Attributes:
        region: what the settings name, empty for none.
        configs: answers for configs and functions.
        project: finds the project that the settings name; raises CloudError where it cannot.
        beyond: what a walk asks about all that was not read, of some projects and until a time
            of the clock.
        precheck: asks whether what some configs need is there and allowed.
        progress: called with how many configs were read, and of how many.
    """

    region: str
    configs: LiveConfigs
    project: Callable[[], Place]
    beyond: Callable[[Iterable[Place], float], LiveNotifications]
    precheck: Callable[[Sequence[CheckedConfig]], tuple[CheckResult, ...]]
    progress: Progress


AccountOf: TypeAlias = Callable[[Mapping[str, str]], AbstractContextManager[ReadOnlyAccount]]
"""Opens the account of a stack's settings, which are without the namespace ``functiongraph:``."""


class Wanted(msgspec.Struct, frozen=True):
    """What is read and judged beside the declared configs.

    Attributes:
        whole: the configs of their projects that nobody declares.
        cycles: whether what is live notifies itself.
        prechecks: whether notifications arrive.
    """

    whole: bool
    cycles: bool
    prechecks: bool


class BothSides(msgspec.Struct, frozen=True):
    """What stacks declare, what is live and was found in it, and what is not known and why."""

    declared: tuple[DeclaredConfig, ...]
    live: LiveReadings
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()


def read_both_sides(
    exports: Iterable[Export],
    account_of: AccountOf,
    wanted: Wanted,
    *,
    as_read_back: Callable[[Config], Config],
) -> BothSides:
    """Read what some stacks declare and what is live, of those with the same settings at once.

    Args:
        exports: the stacks.
        account_of: opens an account; what it raises ends the reading.
        wanted: what else is read and judged.
        as_read_back: a config as the service answers it once it is set.
    """
    alike: dict[tuple[tuple[str, str], ...], list[Export]] = {}
    for export in exports:
        alike.setdefault(tuple(sorted(provider_settings(export).items())), []).append(export)
    found = [
        _of_account(dict(config), group, account_of, wanted, as_read_back)
        for config, group in alike.items()
    ]
    return BothSides(
        tuple(config for each in found for config in each.declared),
        LiveReadings(
            {urn: one for each in found for urn, one in each.live.configs.items()},
            tuple(sorted({place for each in found for place in each.live.places})),
            {name: why for each in found for name, why in each.live.unread.items()},
        ),
        tuple(finding for each in found for finding in each.findings),
        tuple(dict.fromkeys(why for each in found for why in each.missing)),
    )


def _of_account(
    config: Mapping[str, str],
    exports: Iterable[Export],
    account_of: AccountOf,
    wanted: Wanted,
    as_read_back: Callable[[Config], Config],
) -> BothSides:
    """Read both sides of the stacks that have the same settings."""
    stacks = [read_stack(export=export, reveal=True) for export in exports]
    declared = tuple(
        config for stack in stacks for config in declared_configs(stack, as_read_back=as_read_back)
    )
    urns = {config.function_urn for config in declared if config.function_urn is not None}
    judged: list[LiveFindings] = []
    with account_of(config) as account:
        searched = wanted.whole or wanted.cycles
        places, unknown = _places(urns, account) if searched else (set[Place](), {})
        whole = places if wanted.whole else ()
        live = read_live(account.configs, urns, places=whole, progress=account.progress)
        live = replace(live, unread={**live.unread, **unknown})
        if wanted.cycles:
            # Comparing alone starts without the rules.
            from pulumi_functiongraph.operations.live_findings import find_cycles

            edges = (edge for stack in stacks for edge in edges_of(stack))
            clock = time.monotonic
            deadline = clock() + WALK
            beyond = account.beyond(places, deadline)
            judged.append(find_cycles(live, beyond, declared=edges, deadline=deadline, clock=clock))
        if wanted.prechecks:
            from pulumi_functiongraph.operations.live_findings import (
                find_undelivered,
                live_subjects,
            )

            judged.append(find_undelivered(account.precheck(live_subjects(live))))
    missing = [each.missing for each in judged if each.missing]
    if not (declared or places or unknown):
        missing.append(f"no stack declares a config, {_NO_PLACE if searched else _NONE_TO_COMPARE}")
    findings = tuple(finding for each in judged for finding in each.findings)
    return BothSides(declared, live, findings, tuple(missing))


def _places(
    urns: Iterable[FunctionUrn], account: ReadOnlyAccount
) -> tuple[set[Place], dict[str, str]]:
    """The projects of the declared functions and of the settings, and why that one is not known.

    A stack whose last config is gone names no project, and what it left behind is in that one.
    """
    places = {urn.place for urn in urns}
    if not account.region:
        return places, {}
    try:
        return {*places, account.project()}, {}
    except CloudError as error:
        return places, {f"the project of {account.region}": str(error)}
