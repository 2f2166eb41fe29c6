"""Subscriptions: what one may say, and what is kept.

Rules: SMN API reference, "Adding a Subscription". Where it is silent, docs/conformance.md says
what was chosen.
"""

import re
from collections.abc import Mapping

import msgspec

from pulumi_functiongraph.emulator.http.loopback import is_loopback_url
from pulumi_functiongraph.emulator.smn import errors
from pulumi_functiongraph.emulator.smn.models import Topic
from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads
from pulumi_functiongraph.emulator.state.rows import columns, delete, insert, of
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS smn_subscriptions (
    urn TEXT PRIMARY KEY, topic_urn TEXT NOT NULL REFERENCES smn_topics ON DELETE CASCADE,
    protocol TEXT NOT NULL, endpoint TEXT NOT NULL, remark TEXT NOT NULL, status INTEGER NOT NULL,
    UNIQUE (topic_urn, protocol, endpoint)
);
"""

FUNCTION = "functionstage"
"""Protocol whose endpoint is a function; SMN API reference of Huawei Cloud, "protocol"."""

WORKFLOW = "functiongraph"
"""Protocol whose endpoint is a workflow of functions; same place."""

HTTP = "http"
"""Protocol whose endpoint is a URL that messages are posted to."""

UNCONFIRMED, CONFIRMED = 0, 1
"""SMN API reference, "Querying Subscriptions of a Specified Topic", Table 1, "status"."""

MAX_REMARK = 128
"""Bytes; SMN API reference, "Adding a Subscription"."""

_ENDPOINTS: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "sms": re.compile(r"\+?[0-9]{1,20}", re.ASCII),
    HTTP: re.compile(r"http://\S+"),
    "https": re.compile(r"https://\S+"),
    FUNCTION: re.compile(r"urn:fss:[^:\s]+:[^:\s]+:function:[^:\s]+:[^:\s]+(:[^:\s]+)?"),
    WORKFLOW: re.compile(r"urn:fss:\S+"),
}

_WITHOUT_CONFIRMATION = frozenset({FUNCTION, WORKFLOW})


class RequestedSubscription(msgspec.Struct, frozen=True):
    """A subscription as a POST asks for it."""

    protocol: str
    endpoint: str
    remark: str


class Subscription(msgspec.Struct, frozen=True):
    """One subscriber of a topic."""

    urn: str
    topic_urn: str
    protocol: str
    endpoint: str
    remark: str
    status: int


def checked(wanted: RequestedSubscription) -> RequestedSubscription:
    """The same, if SMN takes it.

    Raises:
        errors.INVALID_PARAMETER: it does not.
    """
    form = _ENDPOINTS.get(wanted.protocol)
    if form is None:
        raise errors.INVALID_PROTOCOL.error(
            f"protocol must be one of {', '.join(sorted(_ENDPOINTS))}"
        )
    if form.fullmatch(wanted.endpoint) is None:
        raise errors.INVALID_ENDPOINT.error(f"endpoint does not fit {wanted.protocol}")
    if len(wanted.remark.encode()) > MAX_REMARK:
        raise errors.INVALID_PARAMETER.error(f"remark exceeds {MAX_REMARK} bytes")
    return wanted


def subscribe(
    connection: Connection, topic: Topic, wanted: RequestedSubscription, *, identifier: str
) -> tuple[Subscription, bool]:
    """The topic's subscription of this endpoint, and whether it is new."""
    for existing in list_subscriptions(connection, topic_urn=topic.urn):
        if (existing.protocol, existing.endpoint) == (wanted.protocol, wanted.endpoint):
            return existing, False
    status = CONFIRMED if _is_confirmed(wanted) else UNCONFIRMED
    urn = f"{topic.urn}:{identifier}"
    added = Subscription(urn, topic.urn, wanted.protocol, wanted.endpoint, wanted.remark, status)
    insert(connection, "smn_subscriptions", *columns(added))
    return added, True


def _is_confirmed(wanted: RequestedSubscription) -> bool:
    """Whether nobody has to confirm it; ours for a program on this machine, which is called."""
    here = wanted.protocol == HTTP and is_loopback_url(wanted.endpoint)
    return here or wanted.protocol in _WITHOUT_CONFIRMATION


def list_subscriptions(
    connection: Connection, *, topic_urn: str | None = None, project_id: str | None = None
) -> list[Subscription]:
    """The subscriptions of a topic, or of all topics of a project, oldest first."""
    rows = connection.execute(
        "SELECT s.rowid, s.* FROM smn_subscriptions AS s"
        " JOIN smn_topics AS t ON t.urn = s.topic_urn"
        " WHERE (? IS NULL OR s.topic_urn = ?) AND (? IS NULL OR t.project_id = ?)"
        " ORDER BY s.rowid",
        (topic_urn, topic_urn, project_id, project_id),
    )
    return list(readable(rows, _subscription))


def delete_subscription(connection: Connection, urn: str) -> None:
    """Remove a subscription, and the function trigger that it was generated for."""
    delete(connection, "smn_subscriptions", urn=urn)


_subscription = reads("smn_subscriptions", column="urn")(of(Subscription))
