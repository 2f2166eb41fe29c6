"""The log of requests seen, so that a test can say which calls reached the cloud."""

import itertools
from collections import deque
from datetime import datetime

import msgspec
from msgspec.structs import asdict

from pulumi_functiongraph.emulator.http.exchange import JsonObject

CAPACITY = 20_000
"""Entries kept; older ones are dropped, so that a long run does not grow without end."""

MAX_PATH = 2048
"""Characters kept of a path; a key of OBS has at most 1,024 bytes."""

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class LoggedRequest(msgspec.Struct):
    """One request; neither headers nor bodies are kept, since they may hold secrets."""

    number: int
    time: datetime
    request_id: str
    service: str
    operation: str
    method: str
    path: str
    writing: bool
    """Whether the call asks for a change; asking for a token is none."""
    status: int | None = None
    """None while it is being worked on, and for ever when no answer was given."""


class RequestLog:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=CAPACITY)
        self.count = 0
        """Requests seen since the start of the process; the number of the last one."""

    def open(self, entry: LoggedRequest) -> LoggedRequest:
        """Add an entry whose status is set later."""
        self.count += 1
        entry.number = self.count
        self._entries.append(entry)
        return entry

    def documents(self, *, last: int | None = None) -> list[JsonObject]:
        """Every entry kept, as JSON objects, or so many of those that came last."""
        first = 0 if last is None else max(len(self._entries) - last, 0)
        return [
            {**asdict(entry), "time": entry.time.isoformat(timespec="milliseconds")}
            for entry in itertools.islice(self._entries, first, None)
        ]

    def clear(self) -> None:
        """Forget every entry; numbers go on."""
        self._entries.clear()
