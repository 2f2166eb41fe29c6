"""Requests to the S3 behind OBS, and its answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi_functiongraph.emulator.obs.addressing import Address


@dataclass(frozen=True, slots=True)
class S3Request:
    """A request in path-style, with S3's header names."""

    method: str
    address: Address
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class S3FailedError(RuntimeError):
    """The S3 behind OBS raised instead of answering; it takes many forms for granted."""


@dataclass(frozen=True, slots=True)
class S3Answer:
    """What moto answers; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def succeeded(self) -> bool:
        """Whether the request was carried out."""
        return self.status < 300  # noqa: PLR2004 # the class of successes
