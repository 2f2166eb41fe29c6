"""Verification of what signs a request to OBS, in its headers or in its query.

Version 2 (`OBS`, `AWS`) is described in the OBS API reference, "Header-Based Authentication" and
"URL-Based Authentication"; version 4 (`AWS4-HMAC-SHA256`) is what S3 clients send, and the OBS SDKs
when they are told to.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.obs.subresources import HARMLESS, SIGNED

V4_ALGORITHM = "AWS4-HMAC-SHA256"
SCHEMES = ("OBS", "AWS", V4_ALGORITHM)
V4_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
CONTENT_HASH = "x-amz-content-sha256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
OBS_PREFIX, S3_PREFIX = "x-obs-", "x-amz-"

_V2 = re.compile(r"(?P<kind>OBS|AWS)\s+(?P<access>[^:\s]+):(?P<signature>[A-Za-z0-9+/=]+)")
_V4 = re.compile(
    rf"{V4_ALGORITHM}\s+Credential=(?P<access>[^/,\s]+)/(?P<scope>[^,\s]+)\s*,"
    r"\s*SignedHeaders=(?P<headers>[^,\s]+)\s*,\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_V2_KEYS = {"accesskeyid": OBS_PREFIX, "awsaccesskeyid": S3_PREFIX}
_IN_V2_QUERY = frozenset({*_V2_KEYS, "expires", "signature", "content-md5", "content-type"})
"""What signs, and what S3 clients sign as a header and write in the query."""
_IN_QUERY = frozenset({*_V2_KEYS, "expires", "signature", *(
    f"x-amz-{name}" for name in (
        "algorithm", "credential", "date", "expires", "signedheaders", "signature",
        "security-token", "content-sha256",
    )
), "x-obs-security-token"})  # fmt: skip


class Signature(msgspec.Struct, frozen=True):
    """What signs a request, read from its headers or from its query."""

    access_key: str
    signature: str
    prefix: str
    """Prefix of the protocol's own headers, `x-obs-` or `x-amz-`."""
    scope: str = ""
    """Version 4: date, region, service and "aws4_request"; empty for version 2."""
    signed_headers: tuple[str, ...] = ()
    date: str = ""
    """Version 4: when it was signed, as V4_DATE_FORMAT."""
    expires: str | None = None
    """In a query: of version 2 the second since 1970 when it ends, of version 4 how many seconds
    after `date`; None in a header."""
    security_token: str = ""

    @property
    def in_query(self) -> bool:
        """Whether it is of a temporary URL."""
        return self.expires is not None


def signature_of(request: RawRequest) -> Signature | None:
    """What signs a request; None when nothing of a form known here does."""
    header = request.headers.get("authorization", "").strip()
    if header:
        return _of_header(header, request.headers)
    return _of_query({name.lower(): value for name, value in _pairs(request)})


def _of_header(header: str, headers: Mapping[str, str]) -> Signature | None:
    match = _V2.fullmatch(header)
    if match is not None:
        prefix = OBS_PREFIX if match["kind"] == "OBS" else S3_PREFIX
        token = headers.get(f"{prefix}security-token", "")
        return Signature(match["access"], match["signature"], prefix, security_token=token)
    match = _V4.fullmatch(header)
    if match is None:
        return None
    return Signature(
        access_key=match["access"],
        signature=match["signature"],
        prefix=S3_PREFIX,
        scope=match["scope"],
        signed_headers=tuple(match["headers"].split(";")),
        date=headers.get("x-amz-date") or _v4_date(headers.get("date", "")),
        security_token=headers.get("x-amz-security-token", ""),
    )


def _v4_date(text: str) -> str:
    """The `Date` header in the form that is signed; the OBS SDKs send no other."""
    try:
        return parse_http_date(text).strftime(V4_DATE_FORMAT)
    except ValueError:
        return text


def _of_query(fields: Mapping[str, str]) -> Signature | None:
    for name, prefix in _V2_KEYS.items():
        if name in fields and "signature" in fields:
            return Signature(
                access_key=fields[name],
                signature=fields["signature"],
                prefix=prefix,
                expires=fields.get("expires", ""),
                security_token=fields.get(f"{prefix}security-token", ""),
            )
    if fields.get("x-amz-algorithm") != V4_ALGORITHM or "x-amz-signature" not in fields:
        return None
    access_key, _, scope = fields.get("x-amz-credential", "").partition("/")
    return Signature(
        access_key=access_key,
        signature=fields["x-amz-signature"],
        prefix=S3_PREFIX,
        scope=scope or "none",
        signed_headers=tuple(fields.get("x-amz-signedheaders", "").split(";")),
        date=fields.get("x-amz-date", ""),
        expires=fields.get("x-amz-expires", ""),
        security_token=fields.get("x-amz-security-token", ""),
    )


def without_credentials(request: RawRequest) -> str:
    """The query of a request, without what signs it."""
    query = request.query_string.decode("latin-1")
    signed = signature_of(request)
    if signed is None or not signed.in_query:
        return query
    fields = (field for field in query.split("&") if field)
    return "&".join(each for each in fields if each.partition("=")[0].lower() not in _IN_QUERY)


def is_signed_by(
    request: RawRequest, secret_key: str, signature: Signature, *, bucket_in_host: str | None
) -> bool:
    """Whether `signature` is what the owner of `secret_key` makes of `request`."""
    if signature.scope:
        expected = [sign_v4(secret_key, request, signature, query=query)
                    for query in _v4_queries(request, signature)]  # fmt: skip
    else:
        expected = [
            sign_v2(secret_key, spelled, prefix=signature.prefix, bucket_in_host=bucket_in_host)
            for spelled in _spellings(request, signature, bucket_in_host)
        ]
    given = signature.signature.encode()
    return any(hmac.compare_digest(each.encode(), given) for each in expected)


def unsigned_parts(request: RawRequest, signature: Signature) -> list[str]:
    """Headers and parameters that could change what a request means, and that nobody signed.

    Version 4 signs the whole query. `x-obs-` headers beside a signature of S3's kind are not among
    them: OBS clients add some after signing, and they are dropped.
    """
    headers = request.headers
    if signature.scope:
        own = {name for name in headers if name.startswith(S3_PREFIX)} | {"host"} & headers.keys()
        return sorted(own.difference(signature.signed_headers))
    known = HARMLESS | _IN_V2_QUERY if signature.in_query else HARMLESS
    foreign = S3_PREFIX if signature.prefix == OBS_PREFIX else None
    return sorted(
        {name for name in headers if foreign is not None and name.startswith(foreign)}
        | {
            name
            for name, _ in _pairs(request)
            if name.lower() not in known and not _is_signed_v2(name, signature.prefix)
        }
    )


def _is_signed_v2(name: str, prefix: str) -> bool:
    return name.lower() in SIGNED or name.lower().startswith(prefix)


def _spellings(
    request: RawRequest, signature: Signature, bucket_in_host: str | None
) -> list[RawRequest]:
    """What the client may have signed.

    A bucket in the path is signed without a slash behind it by OBS's clients, S3's add one. In a
    temporary URL S3's clients sign as headers what they then write in the query.
    """
    path = request.raw_path
    spelled = [request]
    if bucket_in_host is None and path.count(b"/") == 1 and path != b"/":
        spelled.append(replace(request, raw_path=path + b"/"))
    if not signature.in_query:
        return spelled
    moved = {
        name.lower(): value
        for name, value in _pairs(request)
        if name.lower().startswith(signature.prefix)
        or name.lower() in {"content-md5", "content-type"}
    }
    query = "&".join(
        f"{quote(name)}={quote(value)}"
        for name, value in _pairs(request)
        if name.lower() not in moved
    ).encode()
    date = {"date": signature.expires or ""}
    return [
        replace(each, headers=headers, query_string=string)
        for each in spelled
        for headers, string in (
            ({**request.headers, **date}, request.query_string),
            ({**request.headers, **date, **moved}, query),
        )
    ]


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
            + _v2_resource(request, prefix, bucket_in_host),
        )
    )
    digest = hmac.new(secret_key.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def _v2_resource(request: RawRequest, prefix: str, bucket_in_host: str | None) -> str:
    path = request.raw_path.decode("latin-1")
    if bucket_in_host is not None:
        path = f"/{bucket_in_host}{path}"
    signed = [f"{name}={value}" if value else name for name, value in sorted(_pairs(request))
              if _is_signed_v2(name, prefix)]  # fmt: skip
    return path + ("?" + "&".join(signed) if signed else "")


def _v4_queries(request: RawRequest, signature: Signature) -> list[str]:
    """The query in canonical form; the OBS SDK for Go signs it as it sends it, "+" for a space."""
    sent = [each for each in request.query_string.decode("latin-1").split("&") if each]
    if signature.in_query:
        sent = [each for each in sent if not each.lower().startswith("x-amz-signature=")]
    pairs = parse_qsl("&".join(sent), keep_blank_values=True)
    quoted = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in pairs)
    return ["&".join(f"{name}={value}" for name, value in quoted), "&".join(sent)]


def sign_v4(secret_key: str, request: RawRequest, signature: Signature, *, query: str) -> str:
    """The version 4 signature, in hexadecimal digits."""
    headers = request.headers
    declared = headers.get(CONTENT_HASH)
    if declared is None:
        body_hash = hashlib.sha256(request.body).hexdigest()
        declared = UNSIGNED_PAYLOAD if signature.in_query else body_hash
    canonical = "\n".join(
        (
            request.method.upper(),
            request.raw_path.decode("latin-1"),
            query,
            "".join(f"{name}:{_squeezed(headers, name)}\n" for name in signature.signed_headers),
            ";".join(signature.signed_headers),
            declared,
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return v4_digest(secret_key, signature, (V4_ALGORITHM, signature.date, signature.scope, digest))


def v4_digest(secret_key: str, signature: Signature, lines: Iterable[str]) -> str:
    """Lines under the key of the signature's scope, in hexadecimal digits."""
    key = f"AWS4{secret_key}".encode()
    for step in signature.scope.split("/"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def parse_v4_date(text: str) -> datetime:
    """When a version 4 signature was made.

    Raises:
        ValueError: the date is not of the form.
    """
    return datetime.strptime(text, V4_DATE_FORMAT).replace(tzinfo=UTC)


def parse_http_date(text: str) -> datetime:
    """The time that a `Date` header names, in UTC.

    Raises:
        ValueError: it names none.
    """
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (OverflowError, TypeError, IndexError) as error:
        raise ValueError(text) from error


def _pairs(request: RawRequest) -> list[tuple[str, str]]:
    return parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)


def _squeezed(headers: Mapping[str, str], name: str) -> str:
    return " ".join(headers.get(name, "").split())
