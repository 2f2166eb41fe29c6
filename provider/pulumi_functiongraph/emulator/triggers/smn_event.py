"""The event of an SMN trigger: what a function receives of a message.

Sources: SMN user guide, "Messages Using Different Protocols", Table 1 (`record`); FunctionGraph
developer guide, "Supported Event Sources", SMN example event (`functionname`, `requestId` and
`timestamp` beside it, `message_attributes` null where SMN's guide has an empty string).
"""

from datetime import UTC, datetime, tzinfo

from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.smn.models import Message

VERSION = "1.0"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def smn_event(
    message: Message, *, function_urn: str, function_name: str, request_id: str, zone: tzinfo
) -> JsonObject:
    """The event.

    Args:
        message: what was published.
        function_urn: of the subscription, with version or alias.
        function_name: the function's name.
        request_id: of the invocation.
        zone: the region's, which only the outer `timestamp` is in.
    """
    moment = message.published_at
    return {
        "record": [
            {
                "event_version": VERSION,
                "smn": {
                    "topic_urn": message.topic_urn,
                    "timestamp": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
                    "message_attributes": None,
                    "message": message.message,
                    "type": "notification",
                    "message_id": message.id,
                    "subject": message.subject,
                },
                "event_subscription_urn": function_urn,
                "event_source": "smn",
            }
        ],
        "functionname": function_name,
        "requestId": request_id,
        "timestamp": _in_words(moment.astimezone(zone)),
    }


def _in_words(moment: datetime) -> str:
    """As JavaScript writes a time: "Wed Nov 15 2017 12:00:00 GMT+0800 (CST)", in any locale."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment:%d %Y %H:%M:%S} GMT{moment:%z} ({moment.tzname()})"
