"""Verification of what signs a request to OBS: OBS and AWS version 2, and AWS version 4.

Version 2 is described in the OBS API reference, "Header-Based Authentication"; version 4 is what
S3 clients send. Signatures in the query (temporary URLs) are not taken.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from pulumi_functiongraph.emulator.exchange import RawRequest

V4_ALGORITHM = "AWS4-HMAC-SHA256"
V4_DATE_FORMAT = "%Y%m%dT%H%M%SZ"

SUBRESOURCES = frozenset({
    "acl", "append", "cors", "customdomain", "delete", "encryption", "inventory", "lifecycle",
    "location", "logging", "metadata", "modify", "name", "notification", "partNumber", "policy",
    "position", "quota", "rename", "replication", "requestPayment", "response-cache-control",
    "response-content-disposition", "response-content-encoding", "response-content-language",
    "response-content-type", "response-expires", "restore", "storageClass", "storagePolicy",
    "storageinfo", "tagging", "torrent", "truncate", "uploadId", "uploads", "versionId",
    "versioning", "versions", "website",
})  # fmt: skip
"""Query parameters that version 2 signs."""

_V2 = re.compile(r"(?P<kind>OBS|AWS)\s+(?P<access>[^:\s]+):(?P<signature>[A-Za-z0-9+/=]+)")
_V4 = re.compile(
    rf"{V4_ALGORITHM}\s+Credential=(?P<access>[^/,\s]+)/(?P<scope>[^,\s]+)\s*,"
    r"\s*SignedHeaders=(?P<headers>[^,\s]+)\s*,\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The parsed `Authorization` header of either version."""

    access_key: str
    signature: str
    prefix: str
    """Prefix of the protocol's own headers, `x-obs-` or `x-amz-`."""
    scope: str = ""
    """Version 4: date, region, service and "aws4_request"; empty for version 2."""
    signed_headers: tuple[str, ...] = ()


def parse_authorization(value: str) -> Signature | None:
    """Read the header, or None when it is of neither version's form."""
    text = value.strip()
    match = _V2.fullmatch(text)
    if match is not None:
        prefix = "x-obs-" if match["kind"] == "OBS" else "x-amz-"
        return Signature(match["access"], match["signature"], prefix)
    match = _V4.fullmatch(text)
    if match is None:
        return None
    return Signature(
        access_key=match["access"],
        signature=match["signature"],
        prefix="x-amz-",
        scope=match["scope"],
        signed_headers=tuple(match["headers"].split(";")),
    )


def is_signed_by(
    request: RawRequest, secret_key: str, signature: Signature, *, bucket_in_host: str | None
) -> bool:
    """Whether `signature` is what the owner of `secret_key` makes of `request`."""
    if signature.scope:
        expected = [sign_v4(secret_key, request, signature)]
    else:
        expected = [
            sign_v2(secret_key, spelled, prefix=signature.prefix, bucket_in_host=bucket_in_host)
            for spelled in _spellings(request, bucket_in_host)
        ]
    return any(hmac.compare_digest(each, signature.signature) for each in expected)


def _spellings(request: RawRequest, bucket_in_host: str | None) -> list[RawRequest]:
    """A bucket in the path is signed without a slash behind it by OBS's clients, S3's add one."""
    path = request.raw_path
    if bucket_in_host is not None or path.count(b"/") != 1 or path == b"/":
        return [request]
    return [request, replace(request, raw_path=path + b"/")]


def sign_v2(
    secret_key: str, request: RawRequest, *, prefix: str, bucket_in_host: str | None
) -> str:
    """The version 2 signature, in base64."""
    headers = request.headers
    own = sorted(name for name in headers if name.startswith(prefix))
    text = "\n".join(
        (
            request.method.upper(),
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            "" if f"{prefix}date" in headers else headers.get("date", ""),
            "".join(f"{name}:{headers[name].strip()}\n" for name in own)
            + _v2_resource(request, bucket_in_host),
        )
    )
    digest = hmac.new(secret_key.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def _v2_resource(request: RawRequest, bucket_in_host: str | None) -> str:
    path = request.raw_path.decode("latin-1")
    if bucket_in_host is not None:
        path = f"/{bucket_in_host}{path}"
    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    signed = [f"{name}={value}" if value else name for name, value in sorted(pairs)
              if name in SUBRESOURCES]  # fmt: skip
    return path + ("?" + "&".join(signed) if signed else "")


def sign_v4(secret_key: str, request: RawRequest, signature: Signature) -> str:
    """The version 4 signature, in hexadecimal digits."""
    headers = request.headers
    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    quoted = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in pairs)
    canonical = "\n".join(
        (
            request.method.upper(),
            request.raw_path.decode("latin-1"),
            "&".join(f"{name}={value}" for name, value in quoted),
            "".join(f"{name}:{_squeezed(headers, name)}\n" for name in signature.signed_headers),
            ";".join(signature.signed_headers),
            headers.get("x-amz-content-sha256", hashlib.sha256(request.body).hexdigest()),
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    date = headers.get("x-amz-date", "")
    key = f"AWS4{secret_key}".encode()
    for step in signature.scope.split("/"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    text = f"{V4_ALGORITHM}\n{date}\n{signature.scope}\n{digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _squeezed(headers: Mapping[str, str], name: str) -> str:
    return " ".join(headers.get(name, "").split())
