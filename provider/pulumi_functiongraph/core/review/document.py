"""A review as one value: what people are shown, and as a JSON document what programs read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import Label
from pulumi_functiongraph.core.graph.document import GraphCycle, GraphLeftOut, GraphNode
from pulumi_functiongraph.core.validation import Value, one_of


class PlannedOperation(StrEnum):
    """What an update would do to a config."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class EdgeChange(StrEnum):
    """What becomes of an edge; unknown where what there is before the update was not told."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"
    UNKNOWN = "unknown"


class ReviewedProperty(Value):
    """One property that an update would change."""

    path: str = Field(description="The property path in the spelling of state.")
    text: str = Field(description="Before → after, with units and what follows; never a secret.")


class ReviewedConfig(Value):
    """One config that an update would change."""

    operation: Annotated[PlannedOperation, one_of(*PlannedOperation)] = Field(
        description="What would be done."
    )
    name: str = Field(description="The resource's logical name.")
    urn: str = Field(description="The resource's Pulumi URN.")
    function_urn: str = Field(
        description="The function version; empty while it is unknown or where it is a secret."
    )
    where: str = Field(default="", description="File and line of the declaration.")
    properties: tuple[ReviewedProperty, ...] = Field(description="The properties that change.")


class ReviewedEdge(Value):
    """One edge of the graph of notifications."""

    source: str = Field(description="Key of the node that events come from.")
    target: str = Field(description="Key of the node that events go to.")
    label: Annotated[Label, one_of(*Label)] = Field(description="On what occasion.")
    change: Annotated[EdgeChange, one_of(*EdgeChange)] = Field(description="What becomes of it.")
    on_cycle: bool = Field(description="Whether a cycle that nobody acknowledged runs along it.")


class ReviewCounts(Value):
    """How many configs an update would do what to."""

    create: int = Field(description="Number of configs that are created.")
    update: int = Field(description="Number of configs that are updated in place.")
    replace: int = Field(description="Number of configs that are replaced.")
    delete: int = Field(description="Number of configs that are deleted.")
    same: int = Field(
        description="Number of configs that stay as they are, as far as they were told."
    )
    others: int = Field(description="Number of other resources that an update would change.")


STOPPED = (
    "what would be created, updated or deleted: the program's gate stopped the preview, so not "
    "all of it is known; fix what is found, and preview again"
)
"""What is missing of every preview that the gate of the program stopped."""


class ReviewDocument(Value):
    """What an update would do to notifications, and what is to be said of it."""

    version: Literal[1] = Field(
        default=1, description="Version of this form; a change that breaks readers raises it."
    )
    stack: str = Field(description="The stack, empty when the preview does not tell.")
    is_complete: bool = Field(
        description="Whether the preview went through, and the whole stack could be read."
    )
    missing: tuple[str, ...] = Field(
        default=(), description="What was not read, and what to do: of it nothing can be said."
    )
    counts: ReviewCounts = Field(description="How many configs are changed.")
    checked: int | None = Field(
        default=None,
        description="Number of configs whose function, agency and targets a cloud was asked about; "
        "not there where none was asked, or none could be.",
    )
    configs: tuple[ReviewedConfig, ...] = Field(description="The configs that change, by name.")
    findings: tuple[Finding, ...] = Field(
        description="What every rule found, and violations of policies; errors first."
    )
    cycles: tuple[GraphCycle, ...] = Field(
        default=(), description="The cycles that findings name, with path, cut and cost."
    )
    is_stopped: bool = Field(
        default=False,
        description="Whether the program's own gate stopped the preview: what it found is here, "
        "and covers the whole program; which configs would change is not.",
    )
    nodes: tuple[GraphNode, ...] = Field(description="The nodes of the edges, by their keys.")
    edges: tuple[ReviewedEdge, ...] = Field(
        description="Edges that change or lie on a cycle, and those beside them."
    )
    left_out: GraphLeftOut = Field(description="How much of the graph is not listed.")
    looked_at: datetime | None = Field(
        default=None, description="When it was looked, in UTC; absent when that is not told."
    )
    notes: tuple[str, ...] = Field(description="What limits the result.")

    @property
    def unjudged(self) -> tuple[str, ...]:
        """What is missing, beside what the gate of a program that it stopped has judged."""
        return tuple(each for each in self.missing if each != STOPPED)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that are errors."""
        return tuple(each for each in self.findings if each.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are warnings."""
        return tuple(each for each in self.findings if each.is_warning)

    @property
    def acknowledged(self) -> tuple[Finding, ...]:
        """The findings that a comment in the program accepts."""
        return tuple(each for each in self.findings if each.acknowledged)
