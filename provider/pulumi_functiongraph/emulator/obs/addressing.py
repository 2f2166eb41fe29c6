"""Which bucket and key a request means: in its host name, or in its path."""

import re
from functools import lru_cache
from urllib.parse import unquote

import msgspec

from pulumi_functiongraph.emulator.http.exchange import RawRequest

_BUCKET_HOST = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.(?:obs\..+|localhost)")


_REGION_HOST = re.compile(r"(?:[a-z0-9.-]+\.)?obs\.(?P<region>[a-z]+-[a-z0-9-]+)\.[a-z]")


class Address(msgspec.Struct, frozen=True):
    """A bucket, and a key within it; both empty for the list of buckets."""

    bucket: str
    key: str

    @property
    def path(self) -> bytes:
        """The path in path-style, percent-decoded."""
        return f"/{self.bucket}/{self.key}".encode() if self.key else f"/{self.bucket}".encode()


@lru_cache(maxsize=256)
def bucket_in_host(host: str) -> str | None:
    """The bucket in a virtual host's name, such as `results.obs.eu-de.otc.t-systems.com`."""
    name = re.sub(r":\d+$", "", host.lower())
    if name.startswith("obs.") and _REGION_HOST.match(name):
        return None
    match = _BUCKET_HOST.fullmatch(name)
    return None if match is None else match["bucket"]


def region_in_host(host: str) -> str | None:
    """The region that a host's name asks for: `obs.<region>.…`, a bucket before it or not."""
    match = _REGION_HOST.match(host.lower())
    return None if match is None else match["region"]


def address_of(request: RawRequest) -> Address:
    """Bucket and key of a request."""
    path = unquote(request.raw_path.decode("latin-1"))[1:]
    bucket = bucket_in_host(request.headers.get("host", ""))
    if bucket is not None:
        return Address(bucket, path)
    bucket, _, key = path.partition("/")
    return Address(bucket, key)
