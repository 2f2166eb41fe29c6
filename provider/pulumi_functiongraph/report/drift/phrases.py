"""The words that every form of a drift report uses, so that they say the same."""

from __future__ import annotations

from collections.abc import Iterator

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
    DriftStatus.UNREADABLE: "mend what is said below, or accept it with --partial-ok",
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
    if document.has_drift:
        said = "drift" if document.is_complete else "drift, and not all could be read"
        return f"{said}, and {found}" if number else said
    if document.is_complete:
        return f"no drift, but {found}" if number else "no drift"
    said = "cannot say whether there is drift"
    return f"{said}, and {found}" if number else said


def tone(document: DriftDocument) -> str:
    """How bad it is: good, warn or bad."""
    if document.has_drift or document.errors:
        return "bad"
    return "good" if document.is_complete else "warn"


def counts(document: DriftDocument) -> str:
    """How many configs have which status, the worst first."""
    found = [(len(document.of(status)), status) for status in DriftStatus]
    return ", ".join(f"{number:,} {status}" for number, status in found if number) or "no config"


def coverage(document: DriftDocument) -> str:
    """How much of what is live is declared; nothing where whole projects were not asked for."""
    share = document.coverage
    if share is None:
        return "coverage unknown" if document.places else ""
    live = counted(share.managed + share.unmanaged, "live config")
    return f"coverage {share.share:.1%} ({share.managed:,} of {live} declared)"


def owner(config: DriftedConfig) -> str:
    """The resource that declares a config and where, empty when nobody does."""
    if not config.name:
        return ""
    told = [part for part in (config.where, config.stack) if part]
    return f"{config.name} ({', '.join(told)})" if told else config.name


def details(config: DriftedConfig) -> Iterator[str]:
    """What is said of a config, a line each."""
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
