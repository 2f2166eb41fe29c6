"""Code of functions that lies in a bucket of this cloud: it is copied when a request names it.

FunctionGraph API reference, "Creating a Function", Table 3: `code_url` is the URL of the package in
OBS. That later changes of the object change no function is ours.
"""

from urllib.parse import unquote, urlsplit

from pulumi_functiongraph.emulator.functiongraph import code, errors
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.http.loopback import is_loopback_url
from pulumi_functiongraph.emulator.obs import buckets
from pulumi_functiongraph.emulator.obs.addressing import Address, bucket_in_host, region_in_host
from pulumi_functiongraph.emulator.state.store import Connection

MAX_CODE = 64 * 1024 * 1024
"""Bytes; as of code that is sent with a request. Ours."""


def with_code_in_obs(
    connection: Connection, settings: JsonObject, content: bytes
) -> tuple[JsonObject, bytes]:
    """Settings and code of a function, the code from OBS where they say that it is there.

    What lies elsewhere than in a bucket of this cloud is not fetched; such a function is refused
    when it is invoked.

    Raises:
        errors.INVALID_CODE: the bucket is of this cloud, and has no such object, or a large one.
    """
    address = _address_of(connection, str(settings.get("code_url", "")))
    if settings.get("code_type") != "obs" or address is None:
        return settings, content
    found = buckets.find_object(connection, address.bucket, address.key)
    if found is None:
        raise errors.INVALID_CODE.error(
            f"code_url: the bucket {address.bucket} has no object {address.key}"
        )
    if len(found.content) > MAX_CODE:
        raise errors.INVALID_CODE.error(f"code_url: the object has more than {MAX_CODE} bytes")
    described = {"code_size": len(found.content), "digest": code.digest_of(found.content)}
    return {**settings, **described}, found.content


def _address_of(connection: Connection, url: str) -> Address | None:
    """The bucket of this cloud, and the key, that a URL names."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    path = unquote(parts.path)[1:]
    named = bucket_in_host(host)
    if named is None and not (is_loopback_url(url) or region_in_host(host)):
        return None
    in_path, _, rest = path.partition("/")
    address = Address(in_path, rest) if named is None else Address(named, path)
    bucket = buckets.find_bucket(connection, address.bucket)
    is_here = bucket is not None and region_in_host(host) in {None, bucket.region}
    return address if is_here and address.key else None
