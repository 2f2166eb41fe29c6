"""SMN v2: whether a topic is there, and who is subscribed to it."""

# ruff: noqa: ERA001 - the API line above a method names its route, and a test reads it
from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.cloud.http.call import AuthScope, Call, path_of
from pulumi_functiongraph.cloud.http.json_fields import JsonFields, Page, as_whole
from pulumi_functiongraph.cloud.http.pages import NextPage, any_time, pages
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.agencies import TopicFacts
from pulumi_functiongraph.core.errors import InvalidInput, NotFound, Unavailable
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Unfollowed

SUBSCRIPTIONS_A_PAGE = 100
"""Most that the service gives; "Querying Subscriptions of a Specified Topic", ``limit``."""

CODES = "SMN."
"""How the codes of SMN begin."""

NO_TOPIC = "SMN.0006"
"""The code of a 404 about a topic; SMN API reference, "Querying Topic Details"."""

READINGS = 3
"""How often a list is read anew when it changes while it is read."""

_NOT_SERVED = frozenset({0, 3, 4})
"""Unconfirmed, cancelled, deleted: these get no messages. Confirmed is 1, not in need of
confirmation 2. SMN API reference, "Querying Subscriptions of a Specified Topic", Table 1, and of
Huawei Cloud "Querying Subscriptions", ``status``."""

_FUNCTIONS = ("urn:fss:", "urn:cff:")
"""How a function URN begins; SMN's own samples write ``urn:cff:`` and the package ``DEFAULT``."""

_OLD_PACKAGE = ":function:DEFAULT:"

_WEB = frozenset({"http", "https"})

_ENDS = frozenset(
    {
        "application",
        "callnotify",
        "dingding",
        "dingtalkbot",
        "email",
        "feishu",
        "sms",
        "welink",
        "wechat",
    }
)
"""Protocols that end with a person or a device; SMN API reference, "Adding a Subscription"."""

_GATEWAYS = (".huaweicloudapis.com", ".apig.", ".apic.")
"""What the hosts of API gateways of these clouds have in them. A domain of one's own may be a
gateway's too; that cannot be seen from it, and it is taken for the end of the way."""


class _Subscription(msgspec.Struct, frozen=True):
    urn: str
    protocol: str
    endpoint: str
    status: int | None


class Smn:
    """The calls that find out about a topic and what it triggers.

    Args:
        session: with credentials.
        before_next: called before each further page of a list; what it raises ends the list.
    """

    def __init__(self, session: Session, *, before_next: NextPage = any_time) -> None:
        self._session = session
        self._before_next = before_next

    # API: GET /v2/{project_id}/notifications/topics/{topic_urn}
    def get_topic(self, topic_urn: str) -> TopicFacts | None:
        """A topic, ``None`` when SMN says that there is none.

        Raises:
            InvalidInput: it is no topic URN.
            CloudError: the service did not say.
        """
        topic = Topic(topic_urn=topic_urn)
        call = _call("look at the topic", topic)
        try:
            self._session.read(call, JsonFields.of)
        except NotFound as error:
            if error.code == NO_TOPIC:
                return None
            raise
        return TopicFacts(topic_urn)

    # API: GET /v2/{project_id}/notifications/topics/{topic_urn}/subscriptions
    def list_subscriptions(self, topic_urn: str) -> tuple[FunctionTrigger | Unfollowed, ...]:
        """The functions that a topic triggers, in the order in which they were subscribed.

        One request for 100 subscriptions of whatever kind; a topic may have 10,000. A function is
        recognised by its endpoint, a function URN: editions of the API reference disagree on
        whether its protocol is ``functionstage`` or ``functiongraph``. An SMN trigger of a function
        is such a subscription (FunctionGraph user manual, "Using an SMN Trigger").

        A subscriber that may lead on, and does not tell where (a function flow, a queue, an API
        gateway, a protocol that this release does not know), is reported as such.

        Raises:
            NotFound: there is no such topic, or it is one of an account that these credentials
                cannot see.
            CloudError: the service did not say.
        """
        topic = Topic(topic_urn=topic_urn)
        for _ in range(READINGS):
            found = self._read_once(topic)
            if found is not None:
                break
        else:
            raise Unavailable(
                operation=_OPERATION,
                resource=topic_urn,
                detail=f"the list changed while it was read, {READINGS} times",
                hint="Run it again when nobody changes the topic's subscriptions",
            )
        served = (each for each in found if each.status not in _NOT_SERVED)
        return tuple(dict.fromkeys(way for each in served for way in _ways(topic, each)))

    def _read_once(self, topic: Topic) -> tuple[_Subscription, ...] | None:
        """All subscriptions, ``None`` when the list changed in between."""
        found: dict[str, _Subscription] = {}
        offset, count = 0, None
        for _ in pages(_OPERATION, topic.topic_urn, before_next=self._before_next):
            page = self._page(topic, offset)
            if offset and page.count != count:
                return None
            count = page.count
            before = len(found)
            found.update((each.urn, each) for each in page.items)
            offset += len(page.items)
            if count is None and len(page.items) < SUBSCRIPTIONS_A_PAGE:
                return tuple(found.values())
            if count is not None and len(found) >= count:
                return tuple(found.values())
            if len(found) == before:
                return tuple(found.values()) if count is None else None
        raise AssertionError("pages end with a reason")

    def _page(self, topic: Topic, offset: int) -> Page[_Subscription]:
        query = (("offset", str(offset)), ("limit", str(SUBSCRIPTIONS_A_PAGE)))
        call = replace(_call(_OPERATION, topic, "subscriptions"), query=query)
        return self._session.read(call, _page)


_OPERATION = "list the subscriptions"


def _call(operation: str, topic: Topic, *leaf: str) -> Call:
    path = path_of("v2", topic.project_id, "notifications", "topics", topic.topic_urn, *leaf)
    scope = AuthScope("project", topic.project_id)
    return Call(operation, topic.topic_urn, "GET", "smn", topic.region, path, scope=scope)


def _page(content: object) -> Page[_Subscription]:
    fields = JsonFields.of(content)
    items = tuple(_subscription(each) for each in fields.listed("subscriptions"))
    return Page(items, None, as_whole(fields.values.get("subscription_count")))


def _subscription(fields: JsonFields) -> _Subscription:
    protocol, endpoint = fields.optional("protocol"), fields.optional("endpoint")
    named = fields.optional("subscription_urn") or f"{protocol} {endpoint}"
    return _Subscription(named, protocol, endpoint, as_whole(fields.values.get("status")))


def _ways(topic: Topic, subscription: _Subscription) -> Iterator[FunctionTrigger | Unfollowed]:
    """The function that is subscribed, or that it is not known where a subscriber leads."""
    endpoint, protocol = subscription.endpoint, subscription.protocol.lower()
    if endpoint.startswith(_FUNCTIONS):
        named = endpoint.replace(_FUNCTIONS[1], _FUNCTIONS[0], 1)
        try:
            urn = FunctionUrn.parse(named.replace(_OLD_PACKAGE, ":function:default:", 1))
        except InvalidInput:
            yield _unfollowed(subscription, "its endpoint is no function URN")
        else:
            yield FunctionTrigger(topic, urn)
    elif protocol in _WEB:
        host = endpoint.partition("://")[2].partition("/")[0].lower()
        if any(part in host for part in _GATEWAYS):
            yield _unfollowed(subscription, "what stands behind the API gateway is not read")
    elif protocol not in _ENDS:
        yield _unfollowed(subscription, "where its subscriber leads is not known")


def _unfollowed(subscription: _Subscription, why: str) -> Unfollowed:
    """Without the endpoint, which may hold a token."""
    named = subscription.protocol if subscription.protocol.isalnum() else "an unknown protocol"
    return Unfollowed(f"a subscription by {named}: {why}", Topic)
