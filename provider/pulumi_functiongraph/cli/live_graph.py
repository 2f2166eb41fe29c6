"""The graph of what is live in an account, by itself or under what a stack declares."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_functiongraph.cli.account import project_of, session_of
from pulumi_functiongraph.cli.progress import told

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.http.session import Session
    from pulumi_functiongraph.cloud.settings import Settings
    from pulumi_functiongraph.cloud.walk_client import WalkClient
    from pulumi_functiongraph.core.drift.inputs import Live
    from pulumi_functiongraph.core.graph import Graph
    from pulumi_functiongraph.core.names import Place
    from pulumi_functiongraph.core.stack import Stack

WALK = 300.0
"""Seconds for the walk beyond the configs that were read; what is left then is told as unknown."""


@dataclass(frozen=True, slots=True)
class LiveGraph:
    """What is live, with what a stack declares laid over it.

    Attributes:
        graph: both; what is unreadable of it is told in ``unread``, whatever it leads from.
        unread: what could not be read, and why, in a line each.
    """

    graph: Graph
    unread: tuple[str, ...]


def read_live_graph(settings: Settings, stack: Stack) -> LiveGraph:
    """Read every config of the settings' project and of the stack's, and what they lead to.

    Args:
        settings: where to look, and as whom.
        stack: what is declared; without a config, all is as it is live.

    Raises:
        CloudError: the project could not be looked up.
    """
    from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
    from pulumi_functiongraph.operations.drift import read_live
    from pulumi_functiongraph.operations.live_graph import laid_over, starts_of, walk_on

    with (
        closing(session_of(settings)) as session,
        told("reading what is live", quiet=False) as tell,
    ):
        places = {project_of(session), *_places_of(stack)}
        read = read_live(FunctionGraph(session), (), places=places, progress=tell)
        deadline = time.monotonic() + WALK
        walked = walk_on(
            read,
            beyond(session, places, deadline=deadline),
            start=starts_of(stack),
            deadline=deadline,
            clock=time.monotonic,
        )
    graph = laid_over(stack, walked)
    return LiveGraph(replace(graph, unreadable={}), tuple(_unread(read, graph)))


def _unread(read: Live, graph: Graph) -> Iterator[str]:
    """What could not be read and may matter: a declared config replaces the live one."""
    yield from (f"{name}: {why}" for name, why in read.unread.items())
    unread = graph.unreadable
    yield from (f"{node}: {why}" for node, why in unread.items() if node.key not in graph.declared)


def beyond(session: Session, places: Iterable[Place], *, deadline: float) -> WalkClient:
    """What a walk asks about everything that was not read: triggers, aliases, other projects."""
    from pulumi_functiongraph.cloud.walk_client import WalkClient

    return WalkClient(session, places=frozenset(places), deadline=deadline, topics_by_triggers=True)


def _places_of(stack: Stack) -> Iterator[Place]:
    """The projects of the functions that have a declared config."""
    from pulumi_functiongraph.core.names import FunctionUrn
    from pulumi_functiongraph.core.stack import sources_of
    from pulumi_functiongraph.operations.walk import can_be_read

    for node in filter(can_be_read, sources_of(stack)):
        yield FunctionUrn.parse(node.key).place
