"""The walk over live notifications, which goes on where it was earlier in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.graph import Edge, Node, NodeKind
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph
from pulumi_functiongraph.operations.walk import Live, can_be_read, walk

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.walk_client import WalkClient

FRESH = 10.0
"""Seconds after a walk in which a hook takes what it found as what is live.

A program with hundreds of new functions would else read all of them before each config.
"""

AT_MOST_A_TENTH = 10
"""Times what a walk took for which it is fresh, too: else walking grows with the run's square."""


class Walked(msgspec.Struct, frozen=True):
    """A walk over what is live.

    Attributes:
        source: what was asked.
        edges: what was declared and known.
        live: what was found.
        ended: when all of it was found out, a time of the clock; a walk that goes on keeps it.
        took: seconds from its start to its end, of the same walk.
    """

    source: WalkClient
    edges: frozenset[Edge]
    live: Live
    ended: float
    took: float

    def is_fresh(self, now: float, *, max_age: float) -> bool:
        """Whether what was found counts as what is live."""
        return now <= self.ended + max(max_age, AT_MOST_A_TENTH * self.took)


class LiveWalk(msgspec.Struct):
    """What walks have found in this run.

    Attributes:
        last: the last walk, ``None`` before the first one.
    """

    last: Walked | None = None

    def read(
        self,
        account: Account,
        graph: DeclaredGraph,
        *,
        deadline: float,
        clock: Callable[[], float],
        max_age: float = FRESH,
    ) -> Live:
        """Read what is live from the program's targets on; what cannot be read is named.

        Args:
            account: whose cloud is asked.
            graph: what is declared.
            deadline: a time of the clock; what is not read by then is unreadable.
            clock: seconds from any fixed point, never going back.
            max_age: seconds in which the last walk is gone on with instead of made anew, at least.
        """
        if self.last is None or not self.last.is_fresh(clock(), max_age=max_age):
            return self._anew(account, graph, deadline=deadline, clock=clock)
        return self._further(self.last, account, graph, deadline=deadline, clock=clock)

    def configs(self, account: Account, *, deadline: float) -> WalkClient:
        """What a look for configs asks: not again of functions whose configs a walk has listed.

        Args:
            account: whose cloud is asked.
            deadline: a time of the monotonic clock after which nothing more is asked.

        Raises:
            SettingsError: credentials are missing.
        """
        if self.last is None:
            return account.configs(deadline=deadline)
        return self.last.source.later(places=(), declared=(), deadline=deadline)

    def _anew(
        self,
        account: Account,
        graph: DeclaredGraph,
        *,
        deadline: float,
        clock: Callable[[], float],
    ) -> Live:
        start = [node for node in graph.start() if can_be_read(node)]
        if not start:
            return Live()
        sources, declared, places = _places(account, graph)
        try:
            source = account.live(places=places, declared=declared, deadline=deadline)
        except FunctionGraphError as error:
            return Live(unreadable=dict.fromkeys(start, str(error)))
        began = clock()
        found = walk(source, start, skip=sources, deadline=deadline, clock=clock)
        ended = clock()
        self.last = Walked(source, frozenset(graph.edges), found, ended, ended - began)
        return found

    def _further(
        self,
        last: Walked,
        account: Account,
        graph: DeclaredGraph,
        *,
        deadline: float,
        clock: Callable[[], float],
    ) -> Live:
        """What the last walk found, and what is live from targets on that became known since.

        What was asked then is not asked again, but for what was asked what it triggers: a function
        of which more is known now may have triggers of its own.
        """
        sources, declared, places = _places(account, graph)
        source = last.source.later(places=places, declared=declared, deadline=deadline)
        edges = frozenset(graph.edges)
        again = frozenset(_again(last.live, edges - last.edges))
        found = walk(
            source,
            (*graph.start(), *again),
            skip=sources,
            known=replace(last.live, asked=last.live.asked - again),
            deadline=deadline,
            clock=clock,
        )
        self.last = replace(last, source=source, edges=edges, live=found)
        return found


def _again(live: Live, new: Iterable[Edge]) -> Iterator[Node]:
    """What is asked again: it costs a request for a topic, and for the others a new function's."""
    yield from (node for node in live.asked if node.kind in {NodeKind.BUCKET, NodeKind.STREAM})
    yield from (edge.target for edge in new if edge.target.kind is NodeKind.TOPIC)


def _places(
    account: Account, graph: DeclaredGraph
) -> tuple[frozenset[Node], list[FunctionUrn], set[tuple[str, str]]]:
    """The declared sources, those of them with a known name, and where they are."""
    settings = account.settings
    sources = frozenset(graph.live_sources())
    declared = [FunctionUrn.parse(node.key) for node in sorted(sources) if can_be_read(node)]
    places = {urn.place for urn in declared}
    if settings.region and settings.project_id:
        places.add((settings.region, settings.project_id))
    return sources, declared, places
