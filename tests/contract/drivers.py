"""One way to ask a cloud, whichever client asks: the cases are written once, for every driver."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Reason = Literal["unauthorized", "forbidden", "not found", "throttled", "rejected", "unavailable"]


class Refused(Exception):
    """What a driver raises when the cloud refuses, whatever its client raises."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Destination:
    """A service and its parameters."""

    service: str
    param: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a case wants a function version to have."""

    age: int = 3600
    retries: int = 1
    on_success: Destination | None = None
    on_failure: Destination | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client sees of a config."""

    urn: str
    setting: Setting
    created: str
    modified: str


@dataclass(frozen=True, slots=True)
class Listening:
    """What a client sees of an enabled trigger of a topic, a bucket or a stream."""

    to: str
    prefix: str = ""
    suffix: str = ""


class Driver(Protocol):
    """What every client can do; URNs are full, with the version."""

    def put(self, urn: str, setting: Setting) -> Seen:
        """Create or replace a config."""

    def get(self, urn: str) -> Seen | None:
        """A config, or None when there is none."""

    def delete(self, urn: str) -> None:
        """Remove a config; one that is gone already is fine."""

    def configs(self, urn: str) -> list[Seen]:
        """The configs of all versions of a function, over all pages."""

    def functions(self) -> list[str]:
        """URNs of the project's functions, with `latest`, over all pages."""

    def aliases(self, urn: str) -> dict[str, str]:
        """Alias → version."""

    def triggers(self, urn: str) -> list[Listening]:
        """What a version or an alias listens to, in the order of creation."""

    def subscribed(self, topic_urn: str) -> list[str]:
        """URNs of the functions that a topic triggers, over all pages."""


NewDriver = Callable[[Mapping[str, str]], Driver]
"""Makes a driver from the environment variables that lead to a cloud."""
