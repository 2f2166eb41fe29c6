"""The graph of what is live, from configs that were read already and a walk beyond them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.drift import Live
from pulumi_functiongraph.core.graph import Edge, Node, Verdict, check, overlay
from pulumi_functiongraph.core.graph.nodes import function
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.triggers import Trigger
from pulumi_functiongraph.operations.walk import LiveAlias, LiveNotifications, walk


@dataclass(frozen=True, slots=True)
class _Known:
    """A cloud of which some configs were read already."""

    read: Live
    beyond: LiveNotifications

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        known = self.read.configs.get(function_urn)
        return (
            known if isinstance(known, LiveConfig) else self.beyond.get_async_config(function_urn)
        )

    def list_aliases(self, function_urn: FunctionUrn) -> Sequence[LiveAlias]:
        return self.beyond.list_aliases(function_urn)

    def triggered_by(self, source: Node) -> Sequence[Trigger]:
        return self.beyond.triggered_by(source)


def judge_live(
    read: Live,
    beyond: LiveNotifications,
    *,
    declared: Iterable[Edge],
    deadline: float,
    clock: Callable[[], float],
) -> Verdict:
    """Find the cycles in what is live.

    Args:
        read: the configs that were read.
        beyond: what else is asked: triggers, aliases, configs of other projects.
        declared: the edges of the stacks; a live edge that is one of them is told with its
            resource, and acknowledged where that one is.
        deadline: a time of the clock; what is not read by then is told as unreadable.
        clock: seconds from any fixed point, never going back.
    """
    start = [function(urn) for urn, one in read.configs.items() if isinstance(one, LiveConfig)]
    found = walk(_Known(read, beyond), start, deadline=deadline, clock=clock)
    told = {(edge.source, edge.target, edge.label): edge for edge in declared}
    edges = (_told(edge, told.get((edge.source, edge.target, edge.label))) for edge in found.edges)
    return check(overlay(edges, aliases=found.aliases, unreadable=found.unreadable))


def _told(live: Edge, declared: Edge | None) -> Edge:
    """A live edge with what its declaration says of it."""
    if declared is None:
        return live
    return replace(
        live,
        resource=declared.resource,
        path=declared.path,
        where=declared.where,
        acknowledged=declared.acknowledged,
    )
