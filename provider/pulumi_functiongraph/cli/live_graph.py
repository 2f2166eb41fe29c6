"""What is live with what a stack declares laid over it, read for `fgctl graph`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.cli.account import project_of, session_of
from pulumi_functiongraph.cli.live import beyond
from pulumi_functiongraph.cli.progress import LIVE, reading
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.drift.inputs import LiveReadings
from pulumi_functiongraph.core.graph import Graph
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.core.stack import Stack, sources_of
from pulumi_functiongraph.operations.both_sides import WALK
from pulumi_functiongraph.operations.drift import read_live
from pulumi_functiongraph.operations.live_graph import laid_over, starts_of, walk_on
from pulumi_functiongraph.operations.walk import can_be_read


class LiveGraph(msgspec.Struct, frozen=True):
    """What is live with what a stack declares laid over it, and what could not be read."""

    graph: Graph
    unread: tuple[str, ...]


def read_live_graph(settings: Settings, stack: Stack, *, quiet: bool, verbose: bool) -> LiveGraph:
    """Read every config of the settings' project and of the stack's, and what they lead to.

    Of a stack without a config, all is as it is live. Verbose logs each request.

    Raises:
        CloudError: the project could not be looked up.
    """
    with (
        closing(session_of(settings)) as session,
        reading(LIVE, settings, quiet=quiet, verbose=verbose) as report,
    ):
        places = {project_of(session), *_places_of(stack)}
        read = read_live(FunctionGraph(session), (), places=places, progress=report)
        deadline = time.monotonic() + WALK
        walked = walk_on(
            read,
            beyond(session, places, deadline),
            start=starts_of(stack),
            deadline=deadline,
            clock=time.monotonic,
        )
    graph = laid_over(stack, walked)
    return LiveGraph(replace(graph, unreadable={}), tuple(_unread(read, graph)))


def _unread(read: LiveReadings, graph: Graph) -> Iterator[str]:
    """What could not be read and may matter: a declared config replaces the live one."""
    yield from (f"{name}: {why}" for name, why in read.unread.items())
    unread = graph.unreadable
    yield from (f"{node}: {why}" for node, why in unread.items() if node.key not in graph.declared)


def _places_of(stack: Stack) -> Iterator[Place]:
    """The projects of the functions that have a declared config."""
    for node in filter(can_be_read, sources_of(stack)):
        yield FunctionUrn.parse(node.key).place
