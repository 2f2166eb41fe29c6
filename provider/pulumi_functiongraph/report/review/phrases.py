"""Phrases that every form of a review shares, so that all say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.graph.document import GraphCycle, GraphEdge, GraphNode
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.review.document import (
    EdgeChange,
    PlannedOperation,
    ReviewDocument,
    ReviewedConfig,
    ReviewedEdge,
)
from pulumi_functiongraph.report.graph.style import labels
from pulumi_functiongraph.report.text import Tone

NOT_PROVED = "FGN103"
"""The rule of what could still close a cycle."""

TITLE = "Review of asynchronous notifications"

SIGNS = {
    PlannedOperation.CREATE: "+",
    PlannedOperation.UPDATE: "~",
    PlannedOperation.REPLACE: "±",
    PlannedOperation.DELETE: "-",
}
TONES: dict[PlannedOperation, Tone] = {
    PlannedOperation.CREATE: "good",
    PlannedOperation.UPDATE: "warn",
    PlannedOperation.REPLACE: "warn",
    PlannedOperation.DELETE: "bad",
}
EDGE_SIGNS = {
    EdgeChange.ADDED: "+",
    EdgeChange.REMOVED: "-",
    EdgeChange.CHANGED: "~",
    EdgeChange.SAME: " ",
    EdgeChange.UNKNOWN: "?",
}


def verdict(document: ReviewDocument) -> str:
    """The result in a few words, without a word on what was not read."""
    if document.errors:
        is_judged = document.is_complete or (document.is_stopped and not document.unjudged)
        doubt = _unchecked(document) if is_judged else "; cannot say whether there are more"
        return f"{counted(len(document.errors), 'error')} found{doubt}"
    if not document.is_complete:
        return "cannot say: not all could be judged"
    if document.warnings:
        found = f"{counted(len(document.warnings), 'warning')}, no error"
        if any(each.rule == NOT_PROVED for each in document.warnings):
            found = f"{found} among what is known"
    else:
        found = "nothing found"
        found = f"{found} but what is accepted" if document.acknowledged else found
    return f"{found}{_unchecked(document)}"


def _unchecked(document: ReviewDocument) -> str:
    return "; cannot say whether all notifications arrive" if document.unjudged else ""


def tone(document: ReviewDocument) -> Literal["good", "warn", "bad"]:
    """How bad it is."""
    if document.errors:
        return "bad"
    is_clear = document.is_complete and not (document.warnings or document.missing)
    return "good" if is_clear else "warn"


def counts(document: ReviewDocument) -> str:
    """How many configs would be changed or were checked, and how many other resources change."""
    changes = document.counts
    numbers = {
        "created": changes.create,
        "updated": changes.update,
        "replaced": changes.replace,
        "deleted": changes.delete,
        "unchanged": changes.same,
    }
    counts = [f"{number:,} {done}" for done, number in numbers.items() if number]
    none = "no config" if document.is_complete else "no config could be compared"
    configs = f"configs: {', '.join(counts)}" if counts else none
    if document.is_stopped:
        return "the program stopped the preview, so what would change is not known"
    others = f"{counted(changes.others, 'other resource')} changed" if changes.others else ""
    asked = document.checked
    checked = "" if asked is None else f"{counted(asked, 'config')} checked against the cloud"
    return "; ".join(part for part in (configs, others, checked) if part)


def cycle_of(finding: Finding, document: ReviewDocument) -> tuple[str, ...]:
    """The path of the cycle that a finding is about, what breaks it and what it costs, a line each.

    None where it is about no cycle of the document.
    """
    cycle = cycle_about(finding, document)
    return () if cycle is None else (*(line for _, line in hops(cycle)), *way_out(cycle))


def cycle_about(finding: Finding, document: ReviewDocument) -> GraphCycle | None:
    """The cycle of the document that a finding is about."""
    found = (each for each in document.cycles if finding.message.startswith(f"cycle {each.id}:"))
    return next(found, None)


_MOST_HOPS = 30
"""Edges of a path or of a cut that are listed; a person reads no more."""


def hops(cycle: GraphCycle) -> Iterator[tuple[str, str]]:
    """The path of a cycle: of each edge the key of the node where it begins, and a line."""
    keys = dict.fromkeys(end for edge in cycle.path for end in (edge.source, edge.target))
    for edge in cycle.path[:_MOST_HOPS]:
        ends = f"{_short(edge.source, keys)} → {_short(edge.target, keys)}"
        yield edge.source, f"{ends}: {edge.label}, {_by(edge)}"
    if len(cycle.path) > _MOST_HOPS:
        yield "", f"… {counted(len(cycle.path) - _MOST_HOPS, 'edge')} more …"


def way_out(cycle: GraphCycle) -> Iterator[str]:
    """What breaks a cycle and what it costs, a line each."""
    if cycle.breaks is not None:
        whole = ", a smallest cut: it leaves no cycle" if cycle.breaks_all else ""
        yield f"breaks it: remove {_by(cycle.breaks)}{whole}"
    if cycle.cut is not None and not cycle.breaks_all:
        edges = ", ".join(map(_by, cycle.cut.edges[:_MOST_HOPS]))
        yield f"leaves no cycle: remove {counted(len(cycle.cut.edges), 'edge')}: {edges}"
    yield f"cost: {cycle.cost.text}"


def _by(edge: GraphEdge) -> str:
    """What an edge is known from, and where."""
    if not edge.resource:
        return f"{edge.origin}, {edge.label} of {edge.source}"
    named = f"{edge.resource}.{in_snake(edge.path)}" if edge.path else edge.resource
    return f"{named} ({edge.where})" if edge.where else named


def _short(key: str, keys: Iterable[str]) -> str:
    """The name in a function or topic URN where no other has it, else the key."""
    if not key.startswith(("urn:fss:", "urn:smn:")):
        return name_in(key)
    name = key.split(":")[-2 if key.startswith("urn:fss:") else -1]
    alike = [each for each in keys if name in each.split(":")]
    return name if len(alike) == 1 else key


def named(config: ReviewedConfig) -> str:
    """The config by its name, and where it is declared."""
    return f"{config.name} ({config.where})" if config.where else config.name


def function_of(config: ReviewedConfig) -> str:
    """The function version, or that it is not known."""
    return config.function_urn or "function known at apply, or secret"


def details(config: ReviewedConfig) -> tuple[str, ...]:
    """What changes, in a line each."""
    lines = tuple(f"{in_snake(each.path)}: {each.text}" for each in config.properties)
    return lines or ("only values that are the service's defaults, or that are never sent",)


def node_labels(nodes: Iterable[GraphNode]) -> dict[str, str]:
    """Short names of nodes, by their keys."""
    drawn = [Node(node.key, node.kind, node.name, node.naming, node.prefix) for node in nodes]
    return {node.key: label for node, label in labels(drawn).items()}


def ranked(edges: Iterable[ReviewedEdge]) -> list[ReviewedEdge]:
    """Edges by how much they matter: on a cycle, then changed, then beside those."""
    return sorted(edges, key=_rank)


def _rank(edge: ReviewedEdge) -> tuple[bool, bool, str, str, str]:
    is_same = edge.change is EdgeChange.SAME
    return (not edge.on_cycle, is_same, edge.source, edge.target, edge.label)
