"""What a caller of OBS must be allowed: actions of buckets and objects, by sub-resource.

Names from the OBS manual, "Permissions" (bucket- and object-related actions).
"""

from collections.abc import Mapping
from types import MappingProxyType

from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.iam.needs import Need
from pulumi_functiongraph.emulator.obs import translation
from pulumi_functiongraph.emulator.obs.addressing import Address, address_of
from pulumi_functiongraph.emulator.obs.translation import Version

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


_TOGETHER = (
    frozenset({"append", "position"}),
    frozenset({"modify", "position"}),
    frozenset({"partNumber", "uploadId"}),
)
"""Parameters that are one operation; its action stands with the first."""


def needs_of(
    request: RawRequest, *, level: str, subresources: tuple[str, ...]
) -> tuple[Need, ...] | None:
    """What an operation needs; None for one that no action is known for.

    A copy reads its source and writes its target, whatever else it asks for; a deletion of many is
    judged key by key, and refused as a whole.

    Raises:
        InvalidArgumentError, MalformedXmlError: what it means cannot be read.
    """
    address = address_of(request)
    if (request.method, level, subresources) == ("POST", "bucket", ("delete",)):
        listed = translation.deletions_of(request) or (Version(Address(address.bucket, "*")),)
        return tuple(_of_version(DELETE, each) for each in listed)
    found = [_action(request.method, level, name) for name in _operations(subresources)]
    if None in found:
        return None
    needs = [_need(action, address) for action in found if action is not None]
    source = translation.source_of(request)
    if source is not None:
        needs += [_need(WRITE, address), _of_version(READ, source)]
    return tuple(needs)


def _operations(subresources: tuple[str, ...]) -> tuple[str, ...]:
    """The sub-resources that each need an action; an empty name for the bucket or object itself."""
    names = frozenset(name for name in subresources if not name.startswith("response-"))
    if names in _TOGETHER:
        return tuple(sorted(names))[:1]
    return tuple(sorted(names)) or ("",)


def _action(method: str, level: str, name: str) -> str | None:
    if not name:
        return _BARE.get((method, level))
    known = _OTHERS.get((method, level, name))
    setting = _SETTINGS.get(name)
    if known is not None or setting is None or level != "bucket":
        return known
    verb = {"GET": "Get", "PUT": "Put"}.get(method)
    if method == "DELETE":
        verb = "Delete" if name in _DELETED else "Put"
    return None if verb is None else f"{verb}{setting}"


def _of_version(action: str, version: Version) -> Need:
    return _need(f"{action}Version" if version.version_id else action, version.address)


def _need(action: str, address: Address) -> Need:
    kind = "object" if address.key else "bucket"
    return Need(f"obs:{kind}:{action}", {"bucket": address.bucket, "key": address.key})
