"""OBS's operations: told apart by method, by whether there is a key, and by the query."""

from functools import partial
from types import MappingProxyType
from urllib.parse import parse_qsl

from pulumi_functiongraph.emulator.http import asgi
from pulumi_functiongraph.emulator.http.asgi import Scope
from pulumi_functiongraph.emulator.http.routing import Route, Service
from pulumi_functiongraph.emulator.obs import actions, errors, responses, signature
from pulumi_functiongraph.emulator.obs.addressing import address_of, bucket_in_host
from pulumi_functiongraph.emulator.obs.authentication import authenticate, check_head
from pulumi_functiongraph.emulator.obs.documents import is_content
from pulumi_functiongraph.emulator.obs.subresources import S3_SUBRESOURCES, SUBRESOURCES

OBJECT_LIMIT = 128 << 20
"""Bytes; OBS allows 5 GiB, but this store holds objects in memory."""
DOCUMENT_LIMIT = 2 << 20
"""Bytes of an XML document; the largest is a list of 1,000 keys to delete."""

SERVICE = Service(
    name="obs",
    forbidden=errors.ACCESS_DENIED,
    too_large=errors.ENTITY_TOO_LARGE,
    unavailable=errors.INTERNAL,
    authenticate=authenticate,
    check_head=check_head,
)

OPERATIONS = MappingProxyType(
    {
        ("GET", "service"): "ListBuckets",
        ("HEAD", "bucket"): "HeadBucket",
        ("GET", "bucket"): "ListObjects",
        ("PUT", "bucket"): "CreateBucket",
        ("DELETE", "bucket"): "DeleteBucket",
        ("POST", "bucket"): "DeleteObjects",
        ("HEAD", "object"): "HeadObject",
        ("GET", "object"): "GetObject",
        ("PUT", "object"): "PutObject",
        ("POST", "object"): "PostObject",
        ("DELETE", "object"): "DeleteObject",
    }
)
"""Operations on the list of buckets, on a bucket and on an object."""


def route_of(scope: Scope) -> Route:
    """The operation that a request asks for; a sub-resource is named in brackets."""
    request = asgi.raw_request(scope)
    address = address_of(request)
    level = "object" if address.key else "bucket" if address.bucket else "service"
    operation = OPERATIONS.get((request.method, level), "Unknown")
    query = signature.without_credentials(request)
    names = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    subresources = sorted(names & (SUBRESOURCES | S3_SUBRESOURCES))
    if subresources and operation != "DeleteObjects":
        operation = f"{operation}[{subresources[0]}]"
    path = {"service": "/", "bucket": "/{bucket}", "object": "/{bucket}/{key}"}[level]
    return Route(
        SERVICE,
        request.method,
        path,
        responses.forward,
        operation,
        body_limit=(OBJECT_LIMIT if is_content(request.method, address, names) else DOCUMENT_LIMIT),
        needs=partial(actions.needs_of, level=level, subresources=tuple(subresources)),
    )


def names_a_bucket(scope: Scope) -> bool:
    """Whether the host of a request could be a bucket's."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return bucket_in_host(",".join(hosts)) is not None


def is_signed_for_obs(scope: Scope) -> bool:
    """Whether the credentials are of a kind that only OBS takes."""
    return signature.signature_of(asgi.raw_request(scope)) is not None
