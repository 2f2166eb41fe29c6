"""Faults on order: the n-th call of an operation fails in a chosen way."""

import hashlib
import json
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from pulumi_functiongraph.emulator.http import asgi
from pulumi_functiongraph.emulator.http.exchange import Answer, JsonObject

MAX_DELAY = 3600
"""Seconds."""
MOST = 1 << 31
"""Of every number that counts calls or seconds."""

MAX_FAULTS = 1000
"""In force at a time; every call looks at each."""

_FRAMING = frozenset({"content-length", "transfer-encoding"})
_WITHOUT_BODY = frozenset({204, 304})


class Fault(BaseModel):
    """One disturbance; which calls it strikes, and what it does to them.

    Without `nth` it strikes every matching call; with it, `times` calls (default 1) from the
    `nth` on, counted from when the fault was set. A fault that only delays lets the call go on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    service: str | None = None
    operation: str | None = None
    nth: int | None = Field(default=None, ge=1, le=MOST)
    times: int | None = Field(default=None, ge=1, le=MOST)
    probability: float = Field(default=1, ge=0, le=1)
    """Of being struck, for each call that would be; the same calls are struck in every run."""
    seed: int = Field(default=0, ge=0, le=MOST)
    """Another number strikes others."""
    when: Literal["before", "after"] = "before"
    """Whether the operation is carried out before its answer is spoilt."""
    status: int | None = Field(default=None, ge=200, le=599)
    body: JsonValue = None
    """Text is sent as it is (not JSON), anything else as JSON."""
    headers: dict[str, str] = {}
    retry_after: int | None = Field(default=None, ge=0, le=MOST)
    """Seconds, sent as `Retry-After`."""
    delay_seconds: float = Field(default=0, ge=0, le=MAX_DELAY)
    """A wait before the operation, or with `after` between the operation and its answer."""
    reset: bool = False
    """Reset the connection instead of answering."""
    truncate: bool = False
    """Carry out the operation, send half of the body, and close the connection."""
    kill_after_commit: bool = False
    """Carry out the operation, then die without a word, as by `kill -9`."""

    @field_validator("headers")
    @classmethod
    def _can_be_sent(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not asgi.is_header(name, value):
                raise ValueError(
                    f"{json.dumps(name)} is no header that can be sent: neither name nor value may "
                    "hold line breaks or other control characters"
                )
            if name.lower() in _FRAMING:
                raise ValueError(f"{name} follows from the body; truncate breaks an answer off")
        return headers

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.times is not None and self.nth is None:
            raise ValueError("times needs nth")
        if self.probability == 1 and self.seed:
            raise ValueError("seed needs a probability below 1")
        if self.body is not None and self.status in _WITHOUT_BODY:
            raise ValueError(f"an answer with status {self.status} has no body")
        if not (self.answers or self.disrupts or self.delay_seconds):
            raise ValueError(
                "a fault needs one of status, body, headers, retry_after, delay_seconds, reset, "
                "truncate, kill_after_commit"
            )
        return self

    @property
    def answers(self) -> bool:
        """Whether it replaces the answer."""
        return bool(
            self.status is not None
            or self.body is not None
            or self.headers
            or self.retry_after is not None
        )

    @property
    def disrupts(self) -> bool:
        """Whether the client gets no whole answer."""
        return self.reset or self.truncate or self.kill_after_commit

    @property
    def after(self) -> bool:
        """Whether the operation is carried out all the same."""
        return self.when == "after" or self.truncate or self.kill_after_commit

    def matches(self, service: str, operation: str) -> bool:
        """Whether a call of `operation` is one that this fault counts."""
        return self.service in {None, service} and self.operation in {None, operation}

    def strikes(self, count: int) -> bool:
        """Whether the `count`-th matching call (from 1) is hit."""
        within = self.nth is None or self.nth <= count < self.nth + (self.times or 1)
        return within and (self.probability == 1 or self._drawn(count) < self.probability)

    def _drawn(self, count: int) -> float:
        """From 0 to below 1, evenly; of the call and the seed alone."""
        digest = hashlib.sha256(f"{self.seed}:{count}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48

    def answer(self) -> Answer:
        """The answer that takes the place of the operation's own."""
        headers = dict(self.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        status = self.status or (200 if self.body is not None else 503)
        if self.body is None:
            return Answer(status, b"", tuple(headers.items()))
        if isinstance(self.body, str):
            media_type, body = "text/html", self.body.encode()
        else:
            media_type, body = "application/json", json.dumps(self.body).encode("ascii")
        return Answer(status, body, (("Content-Type", media_type), *headers.items()))


class Faults:
    """The faults in force and how often each could have struck."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._counts: list[int] = []

    @property
    def count(self) -> int:
        """How many are in force."""
        return len(self._faults)

    @property
    def room(self) -> int:
        """How many more can be set."""
        return MAX_FAULTS - len(self._faults)

    def add(self, fault: Fault) -> None:
        """Set a fault; it counts calls from now on."""
        self._faults.append(fault)
        self._counts.append(0)

    def clear(self) -> None:
        """Lift every fault."""
        self._faults.clear()
        self._counts.clear()

    def strike(self, service: str, operation: str) -> Fault | None:
        """Count a call and return the first fault that hits it."""
        struck: Fault | None = None
        for index, fault in enumerate(self._faults):
            if fault.matches(service, operation):
                self._counts[index] += 1
                if struck is None and fault.strikes(self._counts[index]):
                    struck = fault
        return struck

    def documents(self) -> list[JsonObject]:
        """Each fault with the number of calls it has counted."""
        return [
            {**fault.model_dump(mode="json", exclude_defaults=True), "calls": count}
            for fault, count in zip(self._faults, self._counts, strict=True)
        ]
