"""Who is calling OBS."""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pulumi_functiongraph.emulator.authentication import ALLOWED_SKEW, Caller
from pulumi_functiongraph.emulator.errors import UnauthenticatedError
from pulumi_functiongraph.emulator.exchange import RawRequest
from pulumi_functiongraph.emulator.iam import assumed, models
from pulumi_functiongraph.emulator.obs import exceptions, signature
from pulumi_functiongraph.emulator.obs.addressing import bucket_in_host
from pulumi_functiongraph.emulator.obs.signature import Signature
from pulumi_functiongraph.emulator.store import Connection

_SHA256 = re.compile(r"[0-9a-f]{64}")


def authenticate(request: RawRequest, *, connection: Connection, now: datetime) -> Caller:
    """Find the caller of a signed request.

    Raises:
        ObsError: the request is unsigned, or the signature does not hold.
    """
    signed = signature.parse_authorization(request.headers.get("authorization", ""))
    if signed is None:
        raise exceptions.AccessDeniedError(
            "Access Denied: the Authorization header is neither OBS, AWS nor "
            f"{signature.V4_ALGORITHM}"
        )
    _check_date(request, signed, now)
    key = models.find_access_key(connection, signed.access_key)
    if key is None:
        raise exceptions.InvalidAccessKeyIdError(
            "The access key ID you provided does not exist in our records."
        )
    bucket = bucket_in_host(request.headers.get("host", ""))
    if not signature.is_signed_by(request, key.secret_key, signed, bucket_in_host=bucket):
        raise exceptions.SignatureDoesNotMatchError(
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method."
        )
    _check_content(request)
    _check_security_token(request, signed, key)
    user = models.find_user(connection, key.user_id)
    if user is None:
        raise exceptions.InvalidAccessKeyIdError("The access key has no user.")
    try:
        agency = assumed.agency_behind(connection, key.access_key, now=now)
    except UnauthenticatedError as error:
        raise exceptions.InvalidAccessKeyIdError(error.message) from None
    return Caller(user=user, project_id=None, token=None, agency=agency)


def _check_date(request: RawRequest, signed: Signature, now: datetime) -> None:
    headers = request.headers
    text = headers.get(f"{signed.prefix}date") or headers.get("date", "")
    try:
        if signed.scope and signed.prefix == "x-amz-":
            moment = datetime.strptime(text, signature.V4_DATE_FORMAT).replace(tzinfo=UTC)
        else:
            moment = parsedate_to_datetime(text)
    except ValueError:
        raise exceptions.AccessDeniedError("The request has no valid date.") from None
    if abs(moment - now) > ALLOWED_SKEW:
        raise exceptions.RequestTimeTooSkewedError(
            "The difference between the request time and the current time is too large."
        )


def _check_content(request: RawRequest) -> None:
    declared = request.headers.get("x-amz-content-sha256", "")
    if _SHA256.fullmatch(declared) and declared != hashlib.sha256(request.body).hexdigest():
        raise exceptions.ContentMismatchError("The body is not the one that was signed.")


def _check_security_token(request: RawRequest, signed: Signature, key: models.AccessKey) -> None:
    sent = request.headers.get(f"{signed.prefix}security-token", "")
    expected = key.security_token or ""
    if not hmac.compare_digest(sent.encode(), expected.encode()):
        raise exceptions.InvalidSecurityTokenError(
            "The security token is missing or is not that of the access key."
        )
