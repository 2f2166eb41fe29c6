"""What triggers the functions of a project, asked function by function and each list once.

Neither OBS nor DIS is documented to say all that a bucket or a stream triggers, so the functions
are asked. Most lead nowhere; what is asked first tells which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias, TypeVar

import msgspec

from pulumi_functiongraph.cloud.http.limiter import Limiter
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.functions import Alias
from pulumi_functiongraph.core.graph import nodes
from pulumi_functiongraph.core.graph.nodes import NodeKind
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.core.single_flight import SingleFlight
from pulumi_functiongraph.core.triggers import FunctionTrigger, Unfollowed

_NodeName: TypeAlias = tuple[NodeKind, str]
_Triggering: TypeAlias = tuple[FunctionTrigger | Unfollowed, ...]
_Value = TypeVar("_Value")


class Lists(msgspec.Struct, frozen=True):
    """Calls that list something, each made once, whoever asks, and within the limits.

    Attributes:
        limiter: how many requests are under way, and until when.
        found: what was listed.
    """

    limiter: Limiter
    found: SingleFlight[object, Any]

    def once(self, ask: partial[_Value], resource: str) -> _Value:
        """What a call lists, one page after the other."""
        run = partial(self.limiter.run, ask, resource=resource)
        listed: _Value = self.found.get(_key(ask), run)
        return listed

    def known(self, ask: partial[_Value]) -> _Value | None:
        """The same where it was listed already, ``None`` where it was not."""
        listed: _Value | None = self.found.peek(_key(ask), None)
        return listed


class Triggers(msgspec.Struct, frozen=True):
    """The triggers of a place.

    Attributes:
        named: by kind and name of what they listen to.
        unfollowed: those of which that is not known.
    """

    named: Mapping[_NodeName, tuple[FunctionTrigger, ...]]
    unfollowed: tuple[Unfollowed, ...]


class ProjectTriggers:
    """The triggers of the functions of a place, and their configs and aliases.

    Args:
        functiongraph: the service.
        lists: what is listed.
        declared: function versions whose config is about to be created, by function.
        dead_ends: whether triggers of what has no config count.
    """

    def __init__(
        self,
        functiongraph: FunctionGraph,
        lists: Lists,
        *,
        declared: Mapping[str, Collection[FunctionUrn]],
        dead_ends: bool,
    ) -> None:
        self._functiongraph = functiongraph
        self._lists = lists
        self._declared = declared
        self._dead_ends = dead_ends
        self._read = SingleFlight[Place, Triggers]()

    def of(self, place: Place) -> Triggers:
        """The triggers of every function of a place, by what triggers."""
        return self._read.get(place, partial(self._of, place))

    def aliases(self, function_urn: FunctionUrn) -> tuple[Alias, ...]:
        """The aliases of a function; asked for once."""
        latest = function_urn.latest
        ask = partial(self._functiongraph.list_aliases, latest)
        return self._lists.once(ask, latest.function)

    def known_configs(self, latest: FunctionUrn) -> tuple[LiveConfig, ...] | None:
        """The configs of all versions of a function, ``None`` where nobody has listed them."""
        return self._lists.known(self._configs_of(latest))

    def _of(self, place: Place) -> Triggers:
        named: defaultdict[_NodeName, dict[FunctionTrigger, None]] = defaultdict(dict)
        unfollowed: dict[Unfollowed, None] = {}
        with ThreadPoolExecutor(REQUESTS_IN_FLIGHT) as pool:
            reading: dict[FunctionUrn, Future[list[FunctionTrigger | Unfollowed]]] = {}
            try:
                for urn in self._first_declared(place):
                    if urn not in reading:
                        reading[urn] = pool.submit(self._triggers_of, urn)
                read = [each for urn in sorted(reading) for each in reading[urn].result()]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for each in read:
            if isinstance(each, Unfollowed):
                unfollowed[each] = None
            else:
                named[_name(each)][each] = None
        by_name = {name: tuple(triggers) for name, triggers in named.items()}
        return Triggers(by_name, tuple(unfollowed))

    def _first_declared(self, place: Place) -> Iterator[FunctionUrn]:
        """``latest`` of the functions of a place; those that are declared need no list."""
        yield from self._declared_in(place)
        listed = partial(self._functions_in, place)
        yield from self._lists.once(listed, f"project {place[1]} in {place[0]}")

    def _declared_in(self, place: Place) -> Iterator[FunctionUrn]:
        """``latest`` of the functions of a place that are declared."""
        for function in self._declared:
            urn = FunctionUrn.parse(function)
            if urn.place == place:
                yield urn

    def _functions_in(self, place: Place) -> tuple[FunctionUrn, ...]:
        """``latest`` of the functions of a place."""
        region, project_id = place
        every = self._functiongraph.list_functions(region=region, project_id=project_id)
        return tuple(facts.urn for facts in every)

    def _triggers_of(self, latest: FunctionUrn) -> list[FunctionTrigger | Unfollowed]:
        """The triggers of a function, and of its versions and aliases with a config behind them.

        One whose source is not known matters only where the function passes events on.
        """
        live = self._lists.once(self._configs_of(latest), latest.function)
        ends = {each.config.function_urn for each in live}
        ends |= {*self._declared.get(latest.function, ())}
        found: list[FunctionTrigger | Unfollowed] = []
        if latest in ends:
            found += self._triggers(latest)
        elif self._dead_ends:
            triggers = self._triggers(latest)
            found += [each for each in triggers if isinstance(each, FunctionTrigger)]
        if ends:
            aliases = self.aliases(latest)
            ways = {
                each.urn for each in aliases if each.unread or not ends.isdisjoint(each.versions)
            }
            for urn in sorted((ends | ways) - {latest}):
                found += self._triggers(urn)
        return found

    def _triggers(self, urn: FunctionUrn) -> _Triggering:
        """The triggers of one version or alias."""
        return self._lists.once(partial(self._functiongraph.list_triggers, urn), str(urn))

    def _configs_of(self, latest: FunctionUrn) -> partial[tuple[LiveConfig, ...]]:
        return partial(self._functiongraph.list_async_configs, latest)


def _key(ask: partial[Any]) -> object:
    """Names a call and what it is about, in every client alike."""
    return ask.func.__name__, ask.args


def _name(trigger: FunctionTrigger) -> _NodeName:
    urn = trigger.function_urn
    node = nodes.of_target(trigger.source, region=urn.region, project_id=urn.project_id)
    return node.kind, node.name
