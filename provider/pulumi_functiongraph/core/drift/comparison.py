"""Compares what stacks declare with what is live, config by config and property by property.

Never here: how either side is read. A value that was declared as a secret is compared and never
shown, on neither side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from operator import attrgetter

import msgspec

from pulumi_functiongraph.core.amounts import counted, first_of
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.diff import Change, changes
from pulumi_functiongraph.core.drift.document import (
    DriftCoverage,
    DriftDocument,
    DriftedConfig,
    DriftedProperty,
    DriftStatus,
    IgnoredConfig,
    PendingConfig,
)
from pulumi_functiongraph.core.drift.ignore_file import Ignored
from pulumi_functiongraph.core.drift.inputs import DeclaredConfig, LiveReadings, UnreadConfig
from pulumi_functiongraph.core.findings import Finding, Severity, errors, in_order
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, BagValue, at, is_within
from pulumi_functiongraph.core.secret_texts import SECRET, Secrets
from pulumi_functiongraph.core.validation import in_words


class PendingChange(msgspec.Struct, frozen=True):
    """A change that the program declares and nobody has applied.

    Attributes:
        config: what is shown of it.
        function_urn: whose config it will be, ``None`` when that is known only at apply.
    """

    config: PendingConfig
    function_urn: FunctionUrn | None = None


def compare(
    declared: Collection[DeclaredConfig],
    live: LiveReadings,
    *,
    stacks: Iterable[str] = (),
    pending: Iterable[PendingChange] = (),
    ignored: Ignored | None = None,
    findings: Iterable[Finding] = (),
    missing: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> DriftDocument:
    """Lay the declared configs of some stacks beside the live ones.

    Args:
        declared: every config of every stack.
        live: what was read.
        stacks: the stacks, as a person names them, also those that declare nothing.
        pending: declared changes that are not applied; they are told apart from drift.
        ignored: what is left out of the verdict, and why.
        findings: what else was found in what is live.
        missing: what else was asked for and cannot be said, and why.
        notes: what limits the result.
    """
    waiting = tuple(pending)
    looked_at = tuple(sorted({*stacks, *(config.stack for config in declared)}))
    secrets = Secrets.of(_secret_values(declared, live))
    every = sorted(
        [
            *(
                _compared_config(config, live, secrets)
                for config in declared
                if not config.is_going
            ),
            *_unmanaged(declared, live, waiting),
            *(_unread_config(name, why) for name, why in live.unread.items()),
        ],
        key=lambda one: (_ORDER[one.status], one.function_urn, one.stack, one.name),
    )
    rules = ignored or Ignored()
    kept = tuple(one for one in every if rules.reason(one.function_urn) is None)
    told = (*findings, *_twice(declared, rules, looked_at))
    found = in_order(each.reworded(secrets.without) for each in told)
    return DriftDocument(
        stacks=looked_at,
        coverage=_coverage(kept, live),
        configs=kept,
        pending=tuple(
            sorted((each.config for each in waiting), key=attrgetter("stack", "name", "operation"))
        ),
        ignored=tuple(_ignored(every, rules)),
        findings=found,
        error_count=len(errors(found)),
        missing=tuple(missing),
        notes=(*notes, *_unused(every, rules)),
        places=tuple(sorted(live.places)),
    )


_ORDER = {status: number for number, status in enumerate(DriftStatus)}


def _compared_config(config: DeclaredConfig, live: LiveReadings, secrets: Secrets) -> DriftedConfig:
    urn = config.function_urn
    item = DriftedConfig(
        status=DriftStatus.UNREADABLE,
        function_urn=str(urn or ""),
        stack=config.stack,
        name=config.name,
        where=config.where,
        why=config.why or ("" if urn else "its function is not known"),
    )
    if urn is None or config.why:
        return item
    reading = live.configs.get(urn, _NOT_READ)
    if isinstance(reading, UnreadConfig):
        return item.model_copy(update={"why": reading.why})
    if reading is None:
        return item.model_copy(update={"status": DriftStatus.MISSING})
    found = changes(config.bag, to_bag(reading.config))
    hidden = tuple(change.path for change in found if at(config.bag, change.path) is UNKNOWN)
    properties = tuple(
        _property(change, config, to_bag(reading.config), secrets)
        for change in found
        if change.path not in hidden
    )
    status = (
        DriftStatus.CHANGED
        if properties
        else DriftStatus.UNREADABLE
        if hidden
        else DriftStatus.IN_SYNC
    )
    return item.model_copy(
        update={
            "status": status,
            "properties": properties,
            "unreadable_properties": hidden,
            "why": _NOT_DECRYPTED if hidden else "",
            "last_modified": reading.last_modified,
        }
    )


_NOT_READ = UnreadConfig("it was not asked for")
_NOT_DECRYPTED = (
    "secret properties are ciphertext in the export, so they were not compared; give the backend "
    "or the passphrase, or an export with --show-secrets"
)


def _property(
    change: Change, config: DeclaredConfig, live: Bag, secrets: Secrets
) -> DriftedProperty:
    """A property that differs; names are shown unless somebody declared them as a secret."""
    if is_within(change.path, config.secret):
        return DriftedProperty(path=change.path, text="differs (a secret, not shown)")
    sides = [at(bag, change.path) for bag in (config.bag, live)]
    if all(isinstance(side, str) for side in sides):
        texts = [str(side) for side in sides]
        shown = [SECRET if secrets.are_in(text) else text or "(empty)" for text in texts]
        return DriftedProperty(path=change.path, text=" → ".join(shown))
    return DriftedProperty(path=change.path, text=change.text)


def _secret_values(declared: Iterable[DeclaredConfig], live: LiveReadings) -> Iterator[BagValue]:
    """What is declared as a secret, and what is live in its place."""
    for config in declared:
        reading = live.configs.get(config.function_urn) if config.function_urn else None
        bags = [config.bag, *([to_bag(reading.config)] if isinstance(reading, LiveConfig) else [])]
        yield from (at(bag, path) for bag in bags for path in config.secret)


def _unmanaged(
    declared: Iterable[DeclaredConfig], live: LiveReadings, pending: Iterable[PendingChange]
) -> Iterator[DriftedConfig]:
    """What is live in the projects that were read, and declared by nobody."""
    managed = {config.function_urn for config in declared}
    managed |= {each.function_urn for each in pending}
    for urn, reading in live.configs.items():
        if urn in managed or reading is None:
            continue
        if isinstance(reading, LiveConfig):
            yield DriftedConfig(
                status=DriftStatus.UNMANAGED,
                function_urn=str(urn),
                setting=_setting(reading),
                last_modified=reading.last_modified,
            )
        else:
            yield _unread_config(str(urn), reading.why)


def _setting(live: LiveConfig) -> str:
    """A live config in a line; which kinds of target it has, not their names."""
    config = live.config
    targets = [
        f"{label} to {target.destination if target else 'nothing'}"
        for label, target in (("success", config.on_success), ("failure", config.on_failure))
    ]
    retries = f"retries {in_words(config.max_async_retry_attempts)}"
    age = f"valid {counted(config.max_async_event_age_in_seconds, 'second')}"
    return ", ".join([retries, age, *targets])


def _unread_config(name: str, why: str) -> DriftedConfig:
    return DriftedConfig(status=DriftStatus.UNREADABLE, function_urn=name, why=why)


def _coverage(configs: Iterable[DriftedConfig], live: LiveReadings) -> DriftCoverage | None:
    """How much is declared of what is live; of a part that was not read nobody knows."""
    every = list(configs)
    if not live.places or any(one.is_unread for one in every):
        return None
    managed = [one for one in every if one.name and one.status is not DriftStatus.MISSING]
    unmanaged = [one for one in every if one.status is DriftStatus.UNMANAGED]
    # Of a config that several stacks declare there is one that is live.
    live_ones = {one.function_urn for one in managed}
    return DriftCoverage(managed=len(live_ones), unmanaged=len(unmanaged))


def _ignored(every: Iterable[DriftedConfig], rules: Ignored) -> Iterator[IgnoredConfig]:
    for one in every:
        reason = rules.reason(one.function_urn)
        if reason is not None:
            yield IgnoredConfig(function_urn=one.function_urn, status=one.status, reason=reason)


def _unused(every: Iterable[DriftedConfig], rules: Ignored) -> Iterator[str]:
    """Patterns that left nothing out: what they were for may be gone."""
    unused = rules.unused(one.function_urn for one in every)
    yield from (f"pattern {pattern} of the ignore file matches nothing" for pattern in unused)


_MOST_STACKS = 10
"""Stacks that a line names."""


def _twice(
    declared: Iterable[DeclaredConfig], rules: Ignored, stacks: tuple[str, ...]
) -> Iterator[Finding]:
    """Function versions that several resources have a config of, one finding for each of them."""
    looked_at = f"{counted(len(stacks), 'stack')}: {first_of(stacks, _MOST_STACKS)}"
    by_function: dict[FunctionUrn, list[DeclaredConfig]] = {}
    for config in declared:
        urn = config.function_urn
        if urn is not None and not config.is_going and rules.reason(str(urn)) is None:
            by_function.setdefault(urn, []).append(config)
    for urn, owners in by_function.items():
        for config in owners if len(owners) > 1 else ():
            others = (f"{each.name} of {each.stack}" for each in owners if each is not config)
            yield Finding(
                rule="FGN002",
                severity=Severity.ERROR,
                subject=config.name,
                message=f"{config.stack} declares the config of {urn}, and so does "
                f"{', '.join(sorted(others))}: each undoes what the other sets, and a destroy of "
                f"either deletes it (looked at {looked_at}; no other stack of the backend was)",
                remedy="keep it in one of them; in the other, remove it from the program and, "
                "before the next update, from the state (pulumi state delete --force, which "
                "changes nothing in the cloud)",
                path="functionUrn",
                where=config.where,
            )
