"""Phrases that every form of a drift report shares, so that all say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.drift.document import DriftDocument, DriftedConfig, DriftStatus
from pulumi_functiongraph.core.property_names import in_snake

TITLE = "Drift of asynchronous notification configs"

SHOWN = (DriftStatus.UNREADABLE, DriftStatus.MISSING, DriftStatus.CHANGED, DriftStatus.UNMANAGED)
"""The statuses whose configs are listed; what is in sync is only counted."""

MEANINGS = {
    DriftStatus.UNREADABLE: "could not be read, so nothing is known",
    DriftStatus.MISSING: "declared, and not live",
    DriftStatus.CHANGED: "declared → live",
    DriftStatus.UNMANAGED: "live, and declared by none of the stacks",
}

REMEDIES = {
    DriftStatus.UNREADABLE: "fix what is listed below, or accept it with --partial-ok",
    DriftStatus.MISSING: "pulumi up --refresh creates it again",
    DriftStatus.CHANGED: (
        "pulumi up --refresh sets what is declared; to keep what is live, declare it"
    ),
    DriftStatus.UNMANAGED: (
        "fgctl adopt writes the code that takes it over; or write it into .fgignore with a reason"
    ),
}


def verdict(document: DriftDocument) -> str:
    """The result in a few words, with the errors that were found beside drift."""
    number = len(document.errors)
    found = counted(number, "error")
    if document.is_complete and not document.has_drift:
        return f"no drift, but {found}" if number else "no drift"
    if document.is_complete:
        text = "drift"
    elif document.has_drift:
        text = "drift, and not all could be read"
    else:
        text = "cannot say whether there is drift"
    return f"{text}, and {found}" if number else text


def tone(document: DriftDocument) -> Literal["good", "warn", "bad"]:
    """How bad it is."""
    if document.has_drift or document.errors:
        return "bad"
    return "good" if document.is_complete else "warn"


def totals(document: DriftDocument) -> str:
    """How many configs have which status, the worst first, and how much is declared."""
    numbers = [(len(document.of(status)), status) for status in DriftStatus]
    counts = [f"{number:,} {status}" for number, status in numbers if number]
    return ", ".join((*(counts or ["no config"]), *_coverage(document)))


def _coverage(document: DriftDocument) -> Iterator[str]:
    """Nothing where whole projects were not asked for."""
    share = document.coverage
    if share is not None:
        live = counted(share.managed + share.unmanaged, "live config")
        yield f"coverage {share.share:.1%} ({share.managed:,} of {live} declared)"
    elif document.places:
        yield "coverage unknown"


def owner(config: DriftedConfig) -> str:
    """The resource that declares a config and where, empty when nobody does."""
    if not config.name:
        return ""
    place = ", ".join(filter(None, (config.where, config.stack)))
    return f"{config.name} ({place})" if place else config.name


def details(config: DriftedConfig) -> Iterator[str]:
    """What differs in a config, and what is known of it, a line each."""
    for each in config.properties:
        yield f"{in_snake(each.path)}: {each.text}"
    for path in config.unreadable_properties:
        yield f"{in_snake(path)}: not compared, a secret"
    if config.why:
        yield config.why
    if config.setting:
        yield config.setting
    if config.last_modified:
        yield f"last modified {config.last_modified}"
