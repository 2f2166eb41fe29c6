"""Small drift reports for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from factories import bag, function_urn
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.drift.comparison import PendingChange, compare
from pulumi_functiongraph.core.drift.document import DriftDocument, PendingConfig
from pulumi_functiongraph.core.drift.ignore_file import Ignored
from pulumi_functiongraph.core.drift.inputs import (
    DeclaredConfig,
    LiveReading,
    LiveReadings,
    UnreadConfig,
)
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN

PLACE = "project 0123456789abcdef0123456789abcdef in eu-de"
DEV = "stack dev of project shop"


def declared(
    function: str = "orders",
    *,
    secret: Iterable[str] = (),
    stack: str = DEV,
    name: str | None = None,
    **properties: object,
) -> DeclaredConfig:
    """A declared config of a function; the resource has the function's name."""
    urn = function_urn(function)
    judged = examine(bag(functionUrn=str(urn), **properties))
    return DeclaredConfig(
        stack=stack,
        name=name or function,
        function_urn=urn,
        bag=judged.inputs,
        secret=frozenset(secret),
        where="__main__.py:7",
        why="; ".join(map(str, judged.problems)),
    )


def live(function: str = "orders", *, last_modified: str = "", **setting: object) -> LiveConfig:
    judged = examine(bag(functionUrn=str(function_urn(function)), **setting))
    assert judged.config is not None
    return LiveConfig(config=judged.config, last_modified=last_modified)


def world(*configs: LiveConfig, whole: bool = True, **readings: LiveReading) -> LiveReadings:
    """What was read: live configs, and by function what else came back."""
    found: dict[FunctionUrn, LiveReading] = {each.config.function_urn: each for each in configs}
    found.update({function_urn(name): reading for name, reading in readings.items()})
    return LiveReadings(found, places=(PLACE,) if whole else ())


def every_kind(*, secret: str = "") -> DriftDocument:
    """A report with a config of every status, and with everything else that there can be."""
    from pulumi_functiongraph.core.drift.ignore_file import parse_ignored

    to = {"destination": "OBS", "bucket": "results"}
    hidden = {**to, "bucket": secret or UNKNOWN}
    return compare(
        [
            declared("synced", onFailure=to),
            declared("changed", maxAsyncRetryAttempts=1, onFailure=to, onSuccess=to),
            declared("gone"),
            declared("denied"),
            declared("secret", onFailure=hidden, secret=["onFailure.bucket"]),
            declared("both", stack="stack prod of project shop"),
            declared("both"),
        ],
        world(
            live("synced", onFailure=to),
            live(
                "changed",
                maxAsyncRetryAttempts=3,
                onSuccess={**to, "bucket": "elsewhere"},
                last_modified="2026-11-24T08:22:26+08:00",
            ),
            live("secret", onFailure={**to, "bucket": "results-of-others"}),
            live("stray", onSuccess=to, last_modified="2026-11-24 08:22:26"),
            live("legacy"),
            live("both"),
            gone=None,
            denied=UnreadConfig("could not read the async config of denied: HTTP 403 FSS.0403"),
        ),
        pending=[
            PendingChange(
                PendingConfig(stack=DEV, name="new", operation="create", changes=()),
            ),
            PendingChange(
                PendingConfig(
                    stack=DEV,
                    name="synced",
                    operation="update",
                    changes=("maxAsyncRetryAttempts: 1 → 2 retries (up to 3 runs per event)",),
                ),
                function_urn("synced"),
            ),
        ],
        ignored=parse_ignored("legacy  # goes with the old shop\nnobody # was here\n"),
        findings=[
            Finding(
                rule="FGN101",
                severity="error",
                subject="synced",
                message="cycle 0a1b2c3d: a → b → a",
                remedy="remove an edge",
                path="onSuccess",
                where="__main__.py:7",
            )
        ],
        notes=["triggers of buckets were not read"],
    )


def only(document: DriftDocument) -> Mapping[str, object]:
    """The one config of a report, as its JSON."""
    (one,) = document.configs
    return one.model_dump(mode="json", by_alias=True, exclude_defaults=True)


__all__ = [
    "DEV",
    "PLACE",
    "Config",
    "Ignored",
    "declared",
    "every_kind",
    "live",
    "only",
    "world",
]
