"""Requests to the S3 behind OBS, and its answers."""

from collections.abc import Mapping

import msgspec

from pulumi_functiongraph.emulator.obs.addressing import Address


class S3Request(msgspec.Struct, frozen=True):
    """A request in path-style, with S3's header names."""

    method: str
    address: Address
    query_string: str = ""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""


class S3FailedError(RuntimeError):
    """The S3 behind OBS raised instead of answering; it takes many forms for granted."""


class S3Answer(msgspec.Struct, frozen=True):
    """What moto answers; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def succeeded(self) -> bool:
        """Whether the request was carried out."""
        return self.status < 300  # noqa: PLR2004 # the class of successes
