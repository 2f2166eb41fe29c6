"""What a caller of OBS must be allowed: actions of buckets and objects, by sub-resource.

Names from the OBS manual, "Permissions" (bucket- and object-related actions).
"""

import html
import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

from pulumi_functiongraph.emulator.exchange import RawRequest
from pulumi_functiongraph.emulator.obs import chunked
from pulumi_functiongraph.emulator.obs.addressing import Address, address_of
from pulumi_functiongraph.emulator.routing import Need

READ, WRITE, DELETE = "GetObject", "PutObject", "DeleteObject"

_BARE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("GET", "service"): "ListAllMyBuckets",
        ("HEAD", "bucket"): "HeadBucket",
        ("GET", "bucket"): "ListBucket",
        ("PUT", "bucket"): "CreateBucket",
        ("DELETE", "bucket"): "DeleteBucket",
        ("HEAD", "object"): READ,
        ("GET", "object"): READ,
        ("PUT", "object"): WRITE,
        ("POST", "object"): WRITE,
        ("DELETE", "object"): DELETE,
    }
)

_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "acl": "BucketAcl",
        "cors": "BucketCORS",
        "encryption": "EncryptionConfiguration",
        "inventory": "BucketInventoryConfiguration",
        "lifecycle": "LifecycleConfiguration",
        "logging": "BucketLogging",
        "notification": "BucketNotification",
        "policy": "BucketPolicy",
        "quota": "BucketQuota",
        "replication": "ReplicationConfiguration",
        "storageClass": "BucketStoragePolicy",
        "storagePolicy": "BucketStoragePolicy",
        "tagging": "BucketTagging",
        "versioning": "BucketVersioning",
        "website": "BucketWebsite",
    }
)
"""Sub-resources of a bucket that are read by `Get…`, set by `Put…`, and removed by either
`Delete…` or `Put…`."""

_DELETED = frozenset({"policy", "replication", "tagging", "website"})

_OTHERS: Mapping[tuple[str, str, str], str] = MappingProxyType(
    {
        ("GET", "bucket", "location"): "GetBucketLocation",
        ("GET", "bucket", "storageinfo"): "GetBucketStorage",
        ("GET", "bucket", "uploads"): "ListBucketMultipartUploads",
        ("GET", "bucket", "versions"): "ListBucketVersions",
        ("POST", "object", "uploads"): WRITE,
        ("PUT", "object", "partNumber"): WRITE,
        ("POST", "object", "uploadId"): WRITE,
        ("GET", "object", "uploadId"): "ListMultipartUploadParts",
        ("DELETE", "object", "uploadId"): "AbortMultipartUpload",
        ("POST", "object", "append"): WRITE,
        ("PUT", "object", "modify"): WRITE,
        ("PUT", "object", "metadata"): "ModifyObjectMetaData",
        ("POST", "object", "restore"): "RestoreObject",
        ("GET", "object", "acl"): "GetObjectAcl",
        ("PUT", "object", "acl"): "PutObjectAcl",
        ("GET", "object", "versionId"): "GetObjectVersion",
        ("HEAD", "object", "versionId"): "GetObjectVersion",
        ("DELETE", "object", "versionId"): "DeleteObjectVersion",
        ("GET", "object", "tagging"): "GetObjectTagging",
        ("PUT", "object", "tagging"): "PutObjectTagging",
        ("DELETE", "object", "tagging"): "DeleteObjectTagging",
    }
)


def needs_of(
    request: RawRequest, *, level: str, subresources: tuple[str, ...]
) -> tuple[Need, ...] | None:
    """What an operation needs; None for one that no action is known for.

    A copy reads its source; a deletion of many is judged key by key, and refused as a whole.
    """
    address = address_of(request)
    if (request.method, level, subresources) == ("POST", "bucket", ("delete",)):
        keys = _keys(request) or ("*",)
        return tuple(_need(DELETE, Address(address.bucket, key)) for key in keys)
    action = _action(request.method, level, subresources)
    if action is None:
        return None
    copied = _source(request) if action == WRITE else None
    return (_need(action, address), *([] if copied is None else [_need(READ, copied)]))


def _action(method: str, level: str, subresources: tuple[str, ...]) -> str | None:
    names = [name for name in subresources if not name.startswith("response-")]
    if not names:
        return _BARE.get((method, level))
    known = _OTHERS.get((method, level, names[0]))
    setting = _SETTINGS.get(names[0])
    if known is not None or setting is None or level != "bucket":
        return known
    verb = {"GET": "Get", "PUT": "Put"}.get(method)
    if method == "DELETE":
        verb = "Delete" if names[0] in _DELETED else "Put"
    return None if verb is None else f"{verb}{setting}"


def _need(action: str, address: Address) -> Need:
    kind = "object" if address.key or action in {READ, WRITE, DELETE} else "bucket"
    return Need(f"obs:{kind}:{action}", {"bucket": address.bucket, "key": address.key})


def _keys(request: RawRequest) -> tuple[str, ...]:
    body = chunked.content_of(request)
    found = re.findall(r"<Key>([^<]+)</Key>", body.decode("utf-8", "replace"))
    return tuple(html.unescape(key) for key in found)


def _source(request: RawRequest) -> Address | None:
    given = request.headers.get("x-obs-copy-source") or request.headers.get("x-amz-copy-source")
    if not given:
        return None
    bucket, _, key = unquote(given.partition("?")[0]).lstrip("/").partition("/")
    return Address(bucket, key)
