"""Documents of a small stack, as Pulumi writes them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from factories import PROJECT, REGION
from pulumi_functiongraph.core.graph import CycleAnalysis, find_cycles, overlay
from pulumi_functiongraph.core.stack import (
    Stack,
    StackConfig,
    aliases_of,
    edges_of,
    parse_export,
    parse_preview,
    read_stack,
    sources_of,
)
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES

GOLDEN = Path(__file__).parents[3] / "golden" / "graph"
UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET_SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def secret(value: object) -> dict[str, str]:
    """A secret as `pulumi stack export --show-secrets` writes it."""
    return {**SECRET_SIGNATURE, "plaintext": json.dumps(value)}


def fn(name: str) -> str:
    return f"urn:fss:{REGION}:{PROJECT}:function:default:{name}:latest"


def to_fn(name: str) -> dict[str, Any]:
    return {"destination": "FunctionGraph", "functionUrn": fn(name)}


def unknown_fn() -> dict[str, Any]:
    return {"destination": "FunctionGraph", "functionUrn": UNKNOWN_VALUE}


def pulumi_urn(name: str, *, kind: str = CONFIG_TYPES[0], stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::shop::{kind}::{name}"


def made(name: str) -> str:
    """The Pulumi URN of a function that is a resource."""
    return pulumi_urn(name, kind="test:index:Function")


def state(name: str, *, behind: dict[str, list[str]] | None = None, **told: Any) -> dict[str, Any]:
    """A config's state; ``source`` is a function's name or a value as it is written."""
    inputs = {"functionUrn": fn(name), **told.pop("inputs", {})}
    return {
        "urn": pulumi_urn(name, stack=told.pop("stack", "dev")),
        "type": CONFIG_TYPES[0],
        "inputs": {"__provider": "pickled", **inputs},
        "propertyDependencies": behind or {},
        **told,
    }


def step(op: str, *, old: Any = None, new: Any = None) -> dict[str, Any]:
    return {"op": op, "urn": (new or old)["urn"], "oldState": old, "newState": new}


def preview(*steps: dict[str, Any], **more: Any) -> str:
    """A preview that counts what it lists, unless told otherwise."""
    counts = Counter(each["op"] for each in steps if each["op"] != "refresh")
    summary = {"changeSummary": {**counts}} if counts else {"changeSummary": {"same": 0}}
    return json.dumps({"steps": steps, "duration": 1, **summary, **more})


def export(*states: dict[str, Any]) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": states}})


def read(*, previewed: str | bytes | None = None, exported: str | bytes | None = None) -> Stack:
    return read_stack(
        preview=None if previewed is None else parse_preview(previewed),
        export=None if exported is None else parse_export(exported),
    )


def golden(*, previewed: str = "", exported: str = "") -> Stack:
    """What the engine told of a real stack; names of files in tests/golden/graph."""
    return read(
        previewed=(GOLDEN / previewed).read_bytes() if previewed else None,
        exported=(GOLDEN / exported).read_bytes() if exported else None,
    )


def judged(stack: Stack) -> CycleAnalysis:
    return find_cycles(
        overlay(edges_of(stack), declared=sources_of(stack), aliases=aliases_of(stack))
    )


def by_name(stack: Stack) -> dict[str, StackConfig]:
    return {config.declaration.name: config for config in stack.configs if not config.is_removed}


def arrows(stack: Stack) -> list[str]:
    """Each edge as ``source label target origin``, functions by their names."""
    verdict = judged(stack)
    return sorted(
        f"{_name(hop.source.key)} {hop.edge.label} {_name(hop.target.key)} {hop.edge.origin}"
        for hop in verdict.graph.hops()
    )


def cycles(stack: Stack) -> list[list[str]]:
    return [[_name(hop.source.key) for hop in cycle.path] for cycle in judged(stack).cycles]


def _name(key: str) -> str:
    if key.startswith("urn:fss:"):
        return key.split(":")[-2]
    return key.rpartition("::")[2]
