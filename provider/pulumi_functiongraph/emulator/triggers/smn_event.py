"""The event of an SMN trigger: what a function receives of a message.

Sources: SMN user guide, "Messages Using Different Protocols", Table 1 (`record`); FunctionGraph
developer guide, "Supported Event Sources", SMN example event (`functionname`, `requestId` and
`timestamp` beside it, `message_attributes` null where SMN's guide has an empty string).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from pulumi_functiongraph.emulator.http.exchange import JsonObject

VERSION = "1.0"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class PublishedMessage:
    """A message of a topic, on its way to one function."""

    topic_urn: str
    message_id: str
    subject: str
    message: str
    published_at: datetime
    function_urn: str
    """Of the subscription, with version or alias."""
    function_name: str
    request_id: str
    """Of the invocation."""


def smn_event(published: PublishedMessage, *, zone: tzinfo = UTC) -> JsonObject:
    """The event; `zone` is the region's, which only the outer `timestamp` is in."""
    moment = published.published_at
    return {
        "record": [
            {
                "event_version": VERSION,
                "smn": {
                    "topic_urn": published.topic_urn,
                    "timestamp": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
                    "message_attributes": None,
                    "message": published.message,
                    "type": "notification",
                    "message_id": published.message_id,
                    "subject": published.subject,
                },
                "event_subscription_urn": published.function_urn,
                "event_source": "smn",
            }
        ],
        "functionname": published.function_name,
        "requestId": published.request_id,
        "timestamp": _in_words(moment.astimezone(zone)),
    }


def _in_words(moment: datetime) -> str:
    """As JavaScript writes a time: "Wed Nov 15 2017 12:00:00 GMT+0800 (CST)", in any locale."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment:%d %Y %H:%M:%S} GMT{moment:%z} ({moment.tzname()})"
