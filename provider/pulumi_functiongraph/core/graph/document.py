"""A graph and what was found in it as a JSON document, for programs; people get other forms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from pulumi_functiongraph.core.graph import Label, Naming, NodeKind, Origin
from pulumi_functiongraph.core.validation import Value, one_of


class GraphNode(Value):
    """A function version, an alias, a topic, a bucket, a stream, or what is unknown yet."""

    key: str = Field(description="What edges name it by; the same for one thing in every spelling.")
    kind: Annotated[NodeKind, one_of(*NodeKind)] = Field(description="What it is.")
    name: str = Field(description="What a person reads; for a bucket without the prefix.")
    naming: Annotated[Naming, one_of(*Naming)] = Field(
        description="Whether the name is known, stands for a resource, or is unknown until apply "
        "or secret."
    )
    prefix: str | None = Field(
        default=None, description="Of a bucket, the prefix of the keys; absent while unknown."
    )
    cycle: str | None = Field(default=None, description="Id of the cycle that it is on.")


class GraphEdge(Value):
    """One edge: the source passes events on to the target."""

    source: str = Field(description="Key of the node that events come from.")
    target: str = Field(description="Key of the node that events go to.")
    label: Annotated[Label, one_of(*Label)] = Field(description="On what occasion.")
    origin: Annotated[Origin, one_of(*Origin)] = Field(
        description="Declared, live, or live until the update removes it."
    )
    resource: str = Field(description="Logical name of the declaring resource, empty for live.")
    path: str = Field(description="Property path of the target in that resource.")
    where: str = Field(description="File and line of the declaration, empty when unknown.")
    retries: int | None = Field(
        default=None, description="Retries of the source's config, absent when unknown."
    )
    acknowledged: str = Field(
        description="Why a cycle through it is intended, empty when it is not."
    )
    suffix: str = Field(description="Of a bucket's trigger, the ending of the keys it listens to.")
    events: tuple[str, ...] = Field(
        default=(), description="Of a bucket's trigger, what it listens to, where that is known."
    )
    on_cycle: Annotated[str, one_of("cycle", "acknowledged")] | None = Field(
        default=None, description="Whether it is on a cycle, or on an acknowledged one."
    )


class GraphCut(Value):
    """Edges that, removed, leave no cycle."""

    edges: tuple[GraphEdge, ...] = Field(description="The edges; none of them can be left out.")
    is_smallest: bool = Field(description="Whether it is proved that no fewer edges do.")


class GraphCost(Value):
    """What a cycle costs as long as it runs."""

    fewest: int = Field(description="Runs per lap when every run succeeds at once.")
    most: int = Field(description="Runs per lap when every retry is used.")
    forks: tuple[str, ...] = Field(description="Keys of the nodes where one event becomes several.")
    text: str = Field(description="The same in one line, with its assumption.")


class GraphCycle(Value):
    """One strongly connected component, shown by one of its cycles."""

    id: str = Field(description="8 hex digits, the same in every run.")
    is_acknowledged: bool = Field(description="Whether each of its cycles is acknowledged.")
    is_declared: bool = Field(description="Whether the program has a part in it.")
    path: tuple[GraphEdge, ...] = Field(description="The shown cycle, edge by edge.")
    nodes: tuple[str, ...] = Field(description="Keys of all nodes of the component.")
    breaks: GraphEdge | None = Field(
        default=None, description="The edge to remove, absent when it is acknowledged."
    )
    breaks_all: bool = Field(description="Whether removing it leaves no cycle in the component.")
    cut: GraphCut | None = Field(
        default=None, description="What to remove, absent when it is acknowledged."
    )
    cost: GraphCost = Field(description="What it costs as long as it runs.")
    acknowledged: tuple[GraphEdge, ...] = Field(
        description="Acknowledged edges that close cycles with this component."
    )
    to_remove_first: tuple[GraphEdge, ...] = Field(
        description="Edges that are live though no longer declared, to be removed beforehand."
    )


class GraphUnreadable(Value):
    """A node whose own edges could not be read."""

    node: str = Field(description="Key of the node.")
    why: str = Field(description="What came back, and the permission that would let us look.")


class GraphUnknowns(Value):
    """What could still close a cycle."""

    text: str = Field(description="The same in one line, empty when everything is known.")
    targets: tuple[GraphEdge, ...] = Field(description="Edges whose target is unknown.")
    sources: tuple[GraphEdge, ...] = Field(description="Edges whose source is unknown.")
    unreadable: tuple[GraphUnreadable, ...] = Field(description="Nodes that could not be read.")
    aliases: tuple[str, ...] = Field(description="Keys of aliases whose version is not known.")
    missing: tuple[str, ...] = Field(
        default=(), description="What was not read at all, and what to do about it."
    )


class GraphLeftOut(Value):
    """How much of a graph is not listed: of a large one, or around what is in focus."""

    nodes: int = Field(description="Number of nodes that are left out.")
    edges: int = Field(description="Number of edges that are left out.")


class GraphDocument(Value):
    """The graph of notifications, and what was found in it."""

    version: Literal[1] = Field(
        default=1, description="Version of this form; a change that breaks readers raises it."
    )
    is_proved_acyclic: bool = Field(
        description="Whether there is no cycle but acknowledged ones, and nothing is unknown."
    )
    is_complete: bool = Field(
        default=True,
        description="Whether all that was asked for could be read; what nobody can know before an "
        "update does not count.",
    )
    looked_at: datetime | None = Field(
        default=None, description="When it was looked, in UTC; absent when that is not told."
    )
    notes: tuple[str, ...] = Field(description="What limits the result.")
    nodes: tuple[GraphNode, ...] = Field(description="The nodes, in order of their keys.")
    edges: tuple[GraphEdge, ...] = Field(description="The edges, in order of their ends.")
    cycles: tuple[GraphCycle, ...] = Field(description="Each component with a cycle once.")
    unknowns: GraphUnknowns = Field(description="What could still close a cycle.")
    left_out: GraphLeftOut = Field(description="How much is not in this document.")
