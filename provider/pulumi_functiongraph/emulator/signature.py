"""Verification of the request signature SDK-HMAC-SHA256.

Written from the algorithm that huaweicloudsdkcore implements ("signer/signer.py"): the secret
key itself keys the HMAC, there is no derived key and no scope.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote

from pulumi_functiongraph.emulator.exchange import RawRequest

ALGORITHM = "SDK-HMAC-SHA256"
DATE_HEADER = "x-sdk-date"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"
HASH_HEADER = "x-sdk-content-sha256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Access=(?P<access>[^,\s]+)\s*,\s*SignedHeaders=(?P<headers>[^,\s]+)"
    r"\s*,\s*Signature=(?P<signature>[0-9a-fA-F]{64})\s*"
)


@dataclass(frozen=True, slots=True)
class Authorization:
    """The parsed `Authorization` header."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(value: str) -> Authorization | None:
    """Read the header, or None when it is not of this algorithm's form."""
    match = _AUTHORIZATION.fullmatch(value.strip())
    if match is None:
        return None
    return Authorization(
        access_key=match["access"],
        signed_headers=tuple(match["headers"].lower().split(";")),
        signature=match["signature"].lower(),
    )


def parse_date(value: str) -> datetime | None:
    """Read an `X-Sdk-Date`, or None when it is malformed."""
    try:
        return datetime.strptime(value, DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def canonical_request(
    request: RawRequest, *, signed_headers: Sequence[str], payload_hash: str
) -> str:
    """The text whose hash is signed."""
    headers = "".join(
        f"{name}:{request.headers.get(name, '').strip()}\n" for name in signed_headers
    )
    return "\n".join(
        (
            request.method.upper(),
            _canonical_path(request.raw_path),
            _canonical_query(request.query_string),
            headers,
            ";".join(signed_headers),
            payload_hash,
        )
    )


def sign(secret_key: str, *, date: str, canonical: str) -> str:
    """The signature, in hexadecimal digits."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{date}\n{digest}"
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_signed_by(request: RawRequest, secret_key: str, authorization: Authorization) -> bool:
    """Whether `authorization` is what the owner of `secret_key` makes of `request`."""
    date = request.headers.get(DATE_HEADER, "")
    return any(
        hmac.compare_digest(
            authorization.signature,
            sign(
                secret_key,
                date=date,
                canonical=canonical_request(
                    request,
                    signed_headers=authorization.signed_headers,
                    payload_hash=body_hash,
                ),
            ),
        )
        for body_hash in _payload_hashes(request)
    )


def payload_hash(body: bytes) -> str:
    """What stands for a signed body in the canonical request."""
    return hashlib.sha256(body).hexdigest()


def _payload_hashes(request: RawRequest) -> list[str]:
    """What the client may have signed as the body's hash.

    A client that declares the payload unsigned writes the literal; some do so for an empty body
    too, others sign the hash of nothing there.
    """
    hashes = [payload_hash(request.body)]
    if request.headers.get(HASH_HEADER) == UNSIGNED_PAYLOAD:
        hashes.append(UNSIGNED_PAYLOAD)
    return hashes


def _canonical_path(raw_path: bytes) -> str:
    segments = unquote(raw_path.decode("latin-1")).split("/")
    path = "/".join(quote(segment, safe="~") for segment in segments)
    return path if path.endswith("/") else path + "/"


def _canonical_query(query_string: bytes) -> str:
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    return "&".join(
        f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in sorted(pairs)
    )
