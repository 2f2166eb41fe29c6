"""The words that every form of a review uses, so that they say the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.graph_document import GraphNode
from pulumi_functiongraph.core.review_document import (
    EdgeChange,
    Operation,
    ReviewDocument,
    ReviewedConfig,
    ReviewedEdge,
)
from pulumi_functiongraph.report.graph_marks import counted, labels

TITLE = "Review of asynchronous notifications"

Tone = Literal["plain", "faint", "good", "warn", "bad", "new"]

SIGNS = {
    Operation.CREATE: "+",
    Operation.UPDATE: "~",
    Operation.REPLACE: "±",
    Operation.DELETE: "-",
}
TONES: dict[Operation, Tone] = {
    Operation.CREATE: "good",
    Operation.UPDATE: "warn",
    Operation.REPLACE: "warn",
    Operation.DELETE: "bad",
}
EDGE_SIGNS = {
    EdgeChange.ADDED: "+",
    EdgeChange.REMOVED: "-",
    EdgeChange.CHANGED: "~",
    EdgeChange.SAME: " ",
}
_DONE = {
    Operation.CREATE: "created",
    Operation.UPDATE: "updated",
    Operation.REPLACE: "replaced",
    Operation.DELETE: "deleted",
}


def verdict(document: ReviewDocument) -> str:
    """The result in a few words."""
    if document.errors:
        return f"{counted(len(document.errors), 'error')} found"
    if not document.is_complete:
        return "could not be judged as a whole"
    if document.warnings:
        return f"{counted(len(document.warnings), 'warning')}, no error"
    if document.acknowledged:
        return "nothing found but what is accepted"
    return "nothing found"


def tone(document: ReviewDocument) -> Literal["good", "warn", "bad"]:
    """How bad it is."""
    if document.errors:
        return "bad"
    return "warn" if document.warnings or not document.is_complete else "good"


def counts(document: ReviewDocument) -> str:
    """How many configs would be changed or were checked, and how many other resources change."""
    told = document.counts
    numbers = [
        (told.create, Operation.CREATE),
        (told.update, Operation.UPDATE),
        (told.replace, Operation.REPLACE),
        (told.delete, Operation.DELETE),
    ]
    said = [f"{number:,} {_DONE[operation]}" for number, operation in numbers if number]
    said += [f"{told.same:,} unchanged"] if told.same else []
    configs = f"configs: {', '.join(said)}" if said else "no config"
    others = f"{counted(told.others, 'other resource')} changed" if told.others else ""
    asked = document.checked
    checked = "" if asked is None else f"{counted(asked, 'config')} checked against the cloud"
    return "; ".join(part for part in (configs, others, checked) if part)


def named(config: ReviewedConfig) -> str:
    """The config by its name, and where it is declared."""
    return f"{config.name} ({config.where})" if config.where else config.name


def function_of(config: ReviewedConfig) -> str:
    """The function version, or that it is not known."""
    return config.function_urn or "function known at apply, or secret"


def details(config: ReviewedConfig) -> tuple[str, ...]:
    """What changes, in a line each."""
    told = tuple(f"{each.path}: {each.text}" for each in config.properties)
    return told or ("only values that are the service's defaults, or that are never sent",)


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


def tone_of(severity: Severity) -> Tone:
    """How a finding is said."""
    return "bad" if severity is Severity.ERROR else "warn"
