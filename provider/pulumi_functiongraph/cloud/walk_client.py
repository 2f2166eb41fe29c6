"""What a walk along the notifications asks a cloud, each list once and within the limits.

Never here: which node is asked about when. That is the walk's.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Literal, TypeAlias

from pulumi_functiongraph.cloud.http.absence import believe
from pulumi_functiongraph.cloud.http.limiter import Limiter
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.project_triggers import Lists, ProjectTriggers
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.obs import Obs
from pulumi_functiongraph.cloud.services.smn import CODES, Smn
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.errors import CloudError, Forbidden, NotFound, Unauthorized
from pulumi_functiongraph.core.functions import Alias
from pulumi_functiongraph.core.graph.nodes import Node, NodeKind
from pulumi_functiongraph.core.graph.unproved import NOT_ASKED
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.core.read_permissions import NEEDED, Fact, unread
from pulumi_functiongraph.core.single_flight import SingleFlight
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic
from pulumi_functiongraph.core.triggers import Source, Unfollowed, Way

Scope: TypeAlias = Literal["all", "cycles", "targets"]
"""Which functions are asked for their triggers: all, those that can close a cycle, or none."""


class WalkClient:
    """The live configs, aliases, subscriptions and triggers of one account.

    Safe to use from any number of threads; the session limits how many requests are in flight.

    What it costs, in requests:

    - a function's config: 1; a function's aliases: 1, once;
    - a topic: 1 for 100 subscriptions;
    - a bucket: 1 for its own event notifications, whatever the number of prefixes;
    - the first bucket or stream of a place, unless only targets are asked: 1 for 400 functions of
      the place, and for every function 1 (its configs); where it has one or a declared one, 1 more
      for the triggers of ``latest``, 1 for its aliases, and 1 for each further version with a
      config and for each alias that leads to a version with one. A stream does not say what it
      triggers, and no document says that a bucket tells every function's OBS trigger. The triggers
      of a version or alias are listed by naming it. A function without any config leads nowhere,
      so its triggers are asked for in the scope ``all`` only;
    - each further bucket or stream of the place: none;
    - where topics are looked for among the triggers too, the first topic of a place as its first
      bucket. An SMN trigger is a subscription of its topic, so that tells more only where the two
      services do not agree.

    Args:
        session: with credentials.
        places: where to look for the triggers of a bucket, whose name says no region.
        declared: function versions whose config is about to be created: they lead somewhere, and
            those of a place are looked at even where its list was made before they were.
        deadline: a time of the clock after which nothing more is asked.
        clock: seconds from any fixed point, never going back.
        topics_by_triggers: whether a topic is looked for among the triggers of its place too.
        scope: which functions are asked for their triggers; with none, buckets and topics are
            asked for what they say themselves.
        listed: what one before it has listed.
    """

    def __init__(
        self,
        session: Session,
        *,
        places: Collection[Place],
        declared: Collection[FunctionUrn] = (),
        deadline: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        topics_by_triggers: bool = False,
        scope: Scope = "all",
        listed: SingleFlight[object, Any] | None = None,
    ) -> None:
        self._session = session
        self._places = frozenset(places)
        by_function: dict[str, set[FunctionUrn]] = defaultdict(set)
        for urn in declared:
            by_function[urn.function].add(urn)
        self._clock = clock
        self._topics_by_triggers = topics_by_triggers
        self._scope: Scope = scope
        self._limiter = Limiter("look at what is deployed", deadline=deadline, clock=clock)
        functiongraph = FunctionGraph(session, before_next=self._limiter.refuse_late)
        self._functiongraph, self._obs = functiongraph, Obs(session)
        self._smn = Smn(session, before_next=self._limiter.refuse_late)
        self._listed = SingleFlight[object, Any]() if listed is None else listed
        self._triggers = ProjectTriggers(
            functiongraph,
            Lists(self._limiter, self._listed),
            declared=by_function,
            dead_ends=scope == "all",
        )

    def later(
        self, *, places: Collection[Place], declared: Collection[FunctionUrn], deadline: float
    ) -> WalkClient:
        """The same account for a later walk, which does not list again what was listed.

        Args:
            places: as of this one.
            declared: as of this one; of more, the triggers of those are listed.
            deadline: as of this one.
        """
        return WalkClient(
            self._session,
            places=places,
            declared=declared,
            deadline=deadline,
            clock=self._clock,
            topics_by_triggers=self._topics_by_triggers,
            scope=self._scope,
            # What is not permitted is not asked again; other failures are.
            listed=self._listed.renewed(Forbidden, Unauthorized),
        )

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none; not asked for where a list had it."""
        listed = self._triggers.known_configs(function_urn.latest)
        if listed is not None:
            return next((each for each in listed if each.config.function_urn == function_urn), None)
        ask = partial(self._functiongraph.get_async_config, function_urn)
        return self._limiter.run(ask, resource=str(function_urn))

    def list_aliases(self, function_urn: FunctionUrn) -> tuple[Alias, ...]:
        """The aliases of a function; asked for once."""
        return self._triggers.aliases(function_urn)

    def triggered_by(self, source: Node) -> tuple[Way, ...]:
        """What a topic, bucket or stream leads on to; of a bucket, what its prefix can meet.

        What could not be read of a bucket is one of them, so that the rest of it is reported too.

        Raises:
            CloudError: nothing of it could be read.
        """
        match source.kind:
            case NodeKind.TOPIC:
                return tuple(dict.fromkeys(self._of_topic(source)))
            case NodeKind.STREAM:
                region, project_id, _ = source.key.removeprefix("dis://").split("/", 2)
                return self._in(source, (region, project_id))
            case NodeKind.BUCKET:
                return tuple(each for each in self._of_bucket(source) if _meets(source, each))
        return ()

    def _of_topic(self, topic: Node) -> Iterator[Way]:
        """What SMN tells of a topic, and the SMN triggers of its place where those are asked."""
        yield from self._subscribed(topic.key)
        named = Topic(topic_urn=topic.key)
        place = named.region, named.project_id
        if not self._topics_by_triggers or place not in self._places:
            return
        try:
            yield from self._in(topic, place)
        except CloudError as error:
            yield Unfollowed(unread(error, NEEDED[Fact.TRIGGERS]), Topic)

    def _of_bucket(self, bucket: Node) -> Iterator[Way]:
        """What OBS tells of a bucket, and the OBS triggers of the functions of every place."""
        places = sorted(self._places)
        asking = [partial(self._in, bucket, place) for place in places]
        if places:
            asking = [partial(self._notified, bucket.name, places[0][0]), *asking]
        failures: list[CloudError] = []
        found: dict[Way, None] = {}
        with ThreadPoolExecutor(max(1, len(asking))) as pool:
            answers = [pool.submit(ask) for ask in asking]
        for answer in answers:
            try:
                found.update(dict.fromkeys(answer.result()))
            except CloudError as error:
                failures.append(error)
        if not asking:
            yield Unfollowed("no project is known whose functions it may trigger", Bucket)
        if failures and len(failures) == len(asking):
            raise failures[-1]
        yield from found
        for failed in failures:
            fact = Fact.NOTIFICATIONS if failed.resource == bucket.name else Fact.TRIGGERS
            yield Unfollowed(unread(failed, NEEDED[fact]), Bucket)

    def _notified(self, bucket: str, region: str) -> tuple[Way, ...]:
        ask = partial(self._obs.list_notifications, bucket, region=region)
        run = partial(self._limiter.run, ask, resource=bucket, of="obs")
        found: tuple[Way, ...] = self._listed.get(("notifications", bucket), run)
        return found

    def _subscribed(self, topic_urn: str) -> tuple[Way, ...]:
        """What a topic triggers; one that is missing where the walk is at home triggers nothing."""
        try:
            ask = partial(self._smn.list_subscriptions, topic_urn)
            return self._limiter.run(ask, resource=topic_urn)
        except NotFound as error:
            believe(error, codes=CODES, service="SMN")
            topic = Topic(topic_urn=topic_urn)
            if (topic.region, topic.project_id) in self._places:
                return ()
            raise

    def _in(self, source: Node, place: Place) -> tuple[Way, ...]:
        """What a topic, a bucket or a stream triggers in a place."""
        if self._scope == "targets":
            return (Unfollowed(NOT_ASKED),)
        found = self._triggers.of(place)
        listens_to = _LISTENED_TO[source.kind]
        open_ones = (each for each in found.unfollowed if each.source in {None, listens_to})
        return (*found.named.get((source.kind, source.name), ()), *open_ones)


_LISTENED_TO: Mapping[NodeKind, type[Source]] = {
    NodeKind.TOPIC: Topic,
    NodeKind.BUCKET: Bucket,
    NodeKind.STREAM: Stream,
}


def _meets(written: Node, way: Way) -> bool:
    """Whether an object under a prefix can be one that a way on is for."""
    if written.prefix is None or isinstance(way, Unfollowed) or not isinstance(way.source, Bucket):
        return True
    one, other = written.prefix, way.source.prefix
    return one.startswith(other) or other.startswith(one)
