"""Who is calling OBS."""

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta

from pulumi_functiongraph.emulator.auth.authentication import ALLOWED_SKEW, Caller
from pulumi_functiongraph.emulator.auth.signature import has_two_values
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import RawRequest, is_whole
from pulumi_functiongraph.emulator.iam import assumed, models, restrictions
from pulumi_functiongraph.emulator.obs import chunked, errors, signature
from pulumi_functiongraph.emulator.obs.addressing import bucket_in_host
from pulumi_functiongraph.emulator.obs.signature import Signature
from pulumi_functiongraph.emulator.state.store import Connection

LONGEST = timedelta(days=7)
"""How long a version 4 signature in a query may hold; Amazon S3 API reference,
"Authenticating Requests: Using Query Parameters"."""

_MD5_BYTES = 16
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SCHEME = re.compile(r"[A-Za-z0-9-]{1,40}(?= )")


def authenticate(request: RawRequest, *, connection: Connection, now: datetime) -> Caller:
    """Find the caller of a signed request.

    Raises:
        ServiceError: the request is unsigned, or the signature does not hold.
    """
    signed, key = _verify(request, connection)
    _check_content(request, key.secret_key, signed)
    _check_security_token(signed, key)
    user = models.find_user(connection, key.user_id)
    if user is None:
        raise errors.INVALID_ACCESS_KEY_ID.error("The access key has no user.")
    try:
        agency = assumed.agency_behind(connection, key.access_key, now=now)
    except ServiceError as error:
        raise errors.INVALID_ACCESS_KEY_ID.error(str(error)) from None
    return Caller(
        user=user,
        project_id=None,
        token=None,
        is_restricted=restrictions.is_restricted(connection, user.id),
        agency=agency,
    )


def check_head(
    request: RawRequest,
    *,
    connection: Connection,
    now: datetime,  # noqa: ARG001 # other services judge tokens, which last by the cloud's time
) -> None:
    """Judge a request before its body is read; a signature holds the body's hash at most.

    Raises:
        ServiceError: the request is unsigned, or the signature does not hold.
    """
    signed = signature.signature_of(request)
    needs_hash = signed is not None and signed.scope and not signed.in_query
    if needs_hash and signature.CONTENT_HASH not in request.headers:
        raise errors.ACCESS_DENIED.error(
            f"Access Denied: {signature.CONTENT_HASH} is required for a body of this size"
        )
    signed, key = _verify(request, connection)
    _check_security_token(signed, key)


def _verify(request: RawRequest, connection: Connection) -> tuple[Signature, models.AccessKey]:
    """What signs a request and the key that it is of, but for what the body says."""
    signed = signature.signature_of(request)
    if signed is None:
        raise errors.ACCESS_DENIED.error(f"Access Denied: {_what_is_wrong(request)}")
    _check_time(request, signed)
    _check_all_is_signed(request, signed)
    key = models.find_access_key(connection, signed.access_key)
    if key is None:
        raise errors.INVALID_ACCESS_KEY_ID.error()
    bucket = bucket_in_host(request.headers.get("host", ""))
    if not signature.is_signed_by(request, key.secret_key, signed, bucket_in_host=bucket):
        raise errors.SIGNATURE_DOES_NOT_MATCH.error()
    _check_declared(request)
    return signed, key


def _what_is_wrong(request: RawRequest) -> str:
    """Why nothing was found that signs a request; of its credentials only the scheme is shown."""
    header = request.headers.get("authorization", "")
    if header:
        scheme = _SCHEME.match(header)
        if scheme is None or scheme[0] in signature.SCHEMES:
            return "the Authorization header cannot be read"
        known = ", ".join(signature.SCHEMES)
        return f"the Authorization header names {scheme[0]}; OBS takes {known}"
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return "uploads by a form, with a policy and its signature, are not offered here"
    if request.headers.get("x-auth-token"):
        return "OBS takes no tokens; sign the request with an access key"
    return "the request is not signed"


def _check_time(request: RawRequest, signed: Signature) -> None:
    now = request.received_at
    try:
        if signed.expires is None:
            begins, lasts = _moment(request, signed), None
        elif signed.scope:
            begins, lasts = signature.parse_v4_date(signed.date), _whole(signed.expires)
        else:
            begins, lasts = now, _whole(signed.expires) - int(now.timestamp())
    except ValueError:
        raise errors.ACCESS_DENIED.error("The request has no valid date.") from None
    if signed.scope and signed.scope.split("/")[0] != signed.date[:8]:
        raise errors.ACCESS_DENIED.error("The date in the credential is not that of the request.")
    if lasts is None:
        if abs(begins - now) > ALLOWED_SKEW:
            raise errors.REQUEST_TIME_TOO_SKEWED.error()
        return
    if signed.scope and not 0 < lasts <= LONGEST.total_seconds():
        raise errors.ACCESS_DENIED.error("X-Amz-Expires must be 1 to 604800 seconds.")
    if begins - now > ALLOWED_SKEW:
        raise errors.ACCESS_DENIED.error("Request is not yet valid")
    if (now - begins).total_seconds() > lasts:
        raise errors.ACCESS_DENIED.error("Request has expired")


def _whole(text: str) -> int:
    if not is_whole(text):
        raise ValueError("no whole number")
    return int(text)


def _moment(request: RawRequest, signed: Signature) -> datetime:
    if signed.scope:
        return signature.parse_v4_date(signed.date)
    headers = request.headers
    text = headers.get(f"{signed.prefix}date") or headers.get("date", "")
    return signature.parse_http_date(text)


def _check_all_is_signed(request: RawRequest, signed: Signature) -> None:
    if has_two_values(request.query_string):
        raise errors.ACCESS_DENIED.error(
            "A parameter of the query has two values, and no signature says which of them counts."
        )
    bare = signature.unsigned_parts(request, signed)
    if bare:
        raise errors.ACCESS_DENIED.error(
            "There were headers or parameters present in the request which were not signed: "
            + ", ".join(each for each in bare if each.isprintable())
        )


def _check_declared(request: RawRequest) -> None:
    """Refuse a hash of the body that would not be looked at."""
    declared = request.headers.get(signature.CONTENT_HASH)
    known = {signature.UNSIGNED_PAYLOAD, *chunked.SIGNED, *chunked.UNSIGNED}
    if declared is None or declared in known or _SHA256.fullmatch(declared):
        return
    raise errors.INVALID_ARGUMENT.error(
        f"{signature.CONTENT_HASH} must be a SHA-256 in lower-case hexadecimal digits, or one of "
        + ", ".join(sorted(known))
    )


def _check_md5(request: RawRequest) -> None:
    given = request.headers.get("content-md5")
    if given is None:
        return
    try:
        digest = base64.b64decode(given, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != _MD5_BYTES:
        raise errors.INVALID_DIGEST.error()
    bodies = {request.body, chunked.content_of(request)}
    if digest not in {hashlib.md5(each, usedforsecurity=False).digest() for each in bodies}:
        raise errors.BAD_DIGEST.error()


def _check_content(request: RawRequest, secret_key: str, signed: Signature) -> None:
    declared = request.headers.get(signature.CONTENT_HASH, "")
    if _SHA256.fullmatch(declared) and declared != hashlib.sha256(request.body).hexdigest():
        raise errors.CONTENT_MISMATCH.error()
    if chunked.is_chunked(request):
        try:
            holds = chunked.is_signed_by(request, secret_key, signed)
        except chunked.MalformedChunksError as error:
            raise errors.INCOMPLETE_BODY.error(str(error)) from None
        if not holds:
            raise errors.SIGNATURE_DOES_NOT_MATCH.error("The signature of a chunk does not match.")
    _check_md5(request)


def _check_security_token(signed: Signature, key: models.AccessKey) -> None:
    expected = key.security_token or ""
    if not hmac.compare_digest(signed.security_token.encode(), expected.encode()):
        raise errors.INVALID_SECURITY_TOKEN.error()
