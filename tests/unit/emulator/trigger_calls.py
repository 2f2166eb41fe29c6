"""Calls about triggers."""

from typing import Any

from unit.emulator.client import PROJECT, CloudClient

TOPIC = f"urn:smn:cn-north-4:{PROJECT}:order-events"
TOPICS = f"/v2/{PROJECT}/notifications/topics"
OBS = {"bucket": "uploads", "events": ["s3:ObjectCreated:*"], "prefix": "in/", "suffix": ".json"}
TIMER = {"name": "t", "schedule_type": "Rate", "schedule": "3m"}


def triggers(client: CloudClient, method: str, rest: str = "", body: Any = None) -> Any:
    """A call about the triggers of the function `orders`, or of what `rest` names of it."""
    qualifier, _, further = rest.partition("/")
    urn = client.urn("orders", qualifier or "latest")
    path = f"/v2/{PROJECT}/fgs/triggers/{urn}" + (f"/{further}" if further else "")
    return client.call(method, path, body)


def add(client: CloudClient, kind: str, event_data: Any, *, at: str = "latest", **more: Any) -> Any:
    return triggers(
        client, "POST", at, {"trigger_type_code": kind, "event_data": event_data, **more}
    )
