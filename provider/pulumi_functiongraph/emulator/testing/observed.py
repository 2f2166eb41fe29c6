"""What a test sees of a running local cloud: requests and notifications as values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ObservedInvocation:
    """An asynchronous request as it is at one moment."""

    number: int
    request_id: str
    function: str
    """Its name."""
    function_urn: str
    """With the version that runs."""
    status: str
    """WAIT, RUNNING, SUCCESS, FAIL or DISCARD."""
    condition: str
    """Why it ended: success, retries_exhausted, expired, cancelled or loop; empty before."""
    attempts: int
    """Runs that have ended."""
    error: str
    """Of the last run, or why it was discarded."""
    payload: str
    """What it was sent with, JSON text."""
    response: str
    """What the last run returned, JSON text; empty before the first one has ended."""
    log: str
    """What its runs printed, one after the other; the last 64 KiB."""
    source: str
    """What sent it: api, notification, SMN, OBS, DIS or TIMER."""
    parent: str
    """Id of the request whose notification led to it; empty for others."""
    chain: str
    """The way that led to it, with the labels of its edges."""
    accepted_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The request that a control shows."""
        named = {name: document[name] for name in cls.__dataclass_fields__}
        finished = named["finished_at"]
        return cls(
            **{
                **named,
                "condition": named["condition"] or "",
                "accepted_at": datetime.fromisoformat(named["accepted_at"]),
                "finished_at": None if finished is None else datetime.fromisoformat(finished),
            }
        )

    @property
    def is_over(self) -> bool:
        """Whether it neither waits nor runs."""
        return self.finished_at is not None

    @property
    def succeeded(self) -> bool:
        """Whether it is over, and its last run returned."""
        return self.status == "SUCCESS"

    @property
    def result(self) -> Any:
        """What the last run returned; None before."""
        return json.loads(self.response) if self.response else None


@dataclass(frozen=True, slots=True)
class ObservedNotification:
    """A notification as it is at one moment."""

    number: int
    request_id: str
    function: str
    """Name of the function whose result it tells."""
    function_urn: str
    outcome: str
    """Which result: success or failure."""
    target: str
    """OBS, SMN, DIS or FunctionGraph."""
    param: dict[str, Any]
    """What the config says of the target, such as `{"bucket": "orders-failed"}`."""
    status: str
    """WAIT, DELIVERED or FAILED."""
    attempts: int
    """Attempts that have ended."""
    error: str
    """Why the last attempt failed, if one did."""
    reference: str
    """What it brought about: an object's key, the id of a message or request, a record's number."""
    text: str
    """The event as the target gets it; `NotificationEvent.parse` reads it."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The notification that a control shows."""
        named = {**document, "text": document["event"]}
        return cls(**{name: named[name] for name in cls.__dataclass_fields__})

    @property
    def event(self) -> dict[str, Any]:
        """The event as JSON; its two payloads are texts, as the service has them."""
        event: dict[str, Any] = json.loads(self.text)
        return event
