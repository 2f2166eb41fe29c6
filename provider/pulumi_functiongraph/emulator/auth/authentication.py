"""Who is calling: a signature or a token, turned into a caller with a scope."""

import hashlib
import hmac
import sqlite3
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

import msgspec

from pulumi_functiongraph.emulator.auth import signature
from pulumi_functiongraph.emulator.http.errors import unauthenticated
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.iam import assumed, models, restrictions
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.store import Connection

_BEARER = """
SELECT t.rowid, t.user_id, t.project_id, t.domain_id, t.method, t.issued_at, t.expires_at,
       u.rowid AS holder_row, u.id AS holder, u.name, u.domain_id AS account,
       EXISTS (SELECT 1 FROM iam_assumed AS a WHERE a.digest = t.digest) AS is_assumed,
       EXISTS (SELECT 1 FROM iam_restricted_users AS r WHERE r.user_id = t.user_id) AS is_restricted
FROM iam_tokens AS t LEFT JOIN iam_users AS u ON u.id = t.user_id WHERE t.digest = ?
"""
"""All that is known of a token, in one statement: every request asks for it."""

ALLOWED_SKEW = timedelta(minutes=15)
"""How far X-Sdk-Date may be from the cloud's time; the gateway's documented window."""


class Caller(msgspec.Struct, frozen=True):
    """The user behind a request and what the credentials are good for."""

    user: models.User
    project_id: str | None
    """Project that the credentials are scoped to; None with other scopes."""
    token: models.Token | None
    """None when the request is signed with an access key."""
    is_restricted: bool
    """Whether the user may do only what is granted."""
    agency: Agency | None = None
    """The agency that the user acts for."""

    @property
    def is_judged(self) -> bool:
        """Whether the caller may do only what is granted."""
        return self.agency is not None or self.is_restricted

    @property
    def domain_id(self) -> str:
        """The account that the caller acts in: the agency's, for one who acts for an agency."""
        return self.user.domain_id if self.agency is None else self.agency.domain_id

    def may_use(self, project: models.Project) -> bool:
        """Whether the credentials reach `project`.

        An access key reaches every project of its account, unless X-Project-Id narrows it; a
        token reaches only the project it is scoped to.
        """
        if project.domain_id != self.domain_id:
            return False
        if self.token is not None:
            return self.project_id == project.id
        return self.project_id in {None, project.id}


class Authenticate(Protocol):
    """Finds the caller of a request, or raises what the service says to strangers."""

    def __call__(self, request: RawRequest, *, connection: Connection, now: datetime) -> Caller:
        """The caller."""


def authenticate(request: RawRequest, *, connection: Connection, now: datetime) -> Caller:
    """Find the caller.

    Raises:
        errors.UNAUTHENTICATED: there are no credentials, or they do not hold.
    """
    token = request.headers.get("x-auth-token")
    if token:
        return caller_of_token(token, connection=connection, now=now)
    header = request.headers.get("authorization")
    if header:
        return _caller_of_signature(request, header, connection, now)
    raise unauthenticated("neither X-Auth-Token nor Authorization is given")


def caller_of_token(token: str, *, connection: Connection, now: datetime) -> Caller:
    """The caller that a token stands for.

    Raises:
        errors.UNAUTHENTICATED: the token is unknown or has expired.
    """
    row = connection.execute(_BEARER, (models.digest_of(token),)).fetchone()
    if row is None:
        raise unauthenticated("decrypt token fail")
    known, user = _bearer(row)
    if known.expires_at <= now:
        raise unauthenticated("the token has expired")
    if user is None:
        raise unauthenticated("decrypt token fail")
    return Caller(
        user=user,
        project_id=known.project_id,
        token=known,
        is_restricted=bool(row["is_restricted"]),
        agency=assumed.agency_behind(connection, token, now=now) if row["is_assumed"] else None,
    )


@lru_cache(maxsize=1024)
def _bearer(row: sqlite3.Row) -> tuple[models.Token, models.User | None]:
    return models.token_of(row), None if row["holder"] is None else _holder(row)


@reads(
    "iam_users",
    column="rowid",
    found={"rowid": "holder_row", "id": "holder", "domain_id": "account"},
)
def _holder(row: sqlite3.Row) -> models.User:
    return models.User(row["holder"], row["name"], row["account"])


def _caller_of_signature(
    request: RawRequest, header: str, connection: Connection, now: datetime
) -> Caller:
    try:
        authorization = signature.parse_authorization(header)
    except signature.UnknownFormError as error:
        raise unauthenticated(str(error)) from None
    _check_date(request, authorization)
    key = models.find_access_key(connection, authorization.access_key)
    if key is None:
        raise unauthenticated("verify aksk signature fail, the access key does not exist")
    _check_signature(request, authorization, key)
    _check_security_token(request, key)
    user = models.find_user(connection, key.user_id)
    if user is None:
        raise unauthenticated("verify aksk signature fail, the access key has no user")
    agency = assumed.agency_behind(connection, key.access_key, now=now)
    project_id = request.headers.get("x-project-id") or None
    caller = Caller(
        user=user,
        project_id=project_id,
        token=None,
        is_restricted=restrictions.is_restricted(connection, user.id),
        agency=agency,
    )
    domain_id = request.headers.get("x-domain-id")
    if domain_id and domain_id != caller.domain_id:
        raise unauthenticated("X-Domain-Id is not the account of the access key")
    return caller


def _check_signature(
    request: RawRequest, authorization: signature.Authorization, key: models.AccessKey
) -> None:
    form = authorization.form
    if form.digest not in hashlib.algorithms_available:  # SM3, where OpenSSL was built without
        raise unauthenticated(f"{form.algorithm} cannot be verified by this build of Python")
    if signature.has_two_values(request.query_string):
        raise unauthenticated(
            "a parameter of the query has two values, and no signature says which of them counts"
        )
    if signature.is_signed_by(request, key.secret_key, authorization):
        return
    reason = signature.what_is_missing(request, authorization)
    raise unauthenticated(f"verify aksk signature fail{reason and f', {reason}'}")


def _check_date(request: RawRequest, authorization: signature.Authorization) -> None:
    date = request.headers.get(signature.DATE_HEADER)
    if date is None or signature.DATE_HEADER not in authorization.signed_headers:
        raise unauthenticated("the request has no signed X-Sdk-Date header")
    moment = signature.parse_date(date)
    if moment is None:
        raise unauthenticated("X-Sdk-Date is not of the form YYYYMMDDTHHMMSSZ")
    if authorization.scope and authorization.scope[0] != date[:8]:
        raise unauthenticated("the date in Credential is not that of X-Sdk-Date")
    if abs(moment - request.received_at) > ALLOWED_SKEW:
        here = request.received_at.strftime(signature.DATE_FORMAT)
        raise unauthenticated(
            f"clock skew: X-Sdk-Date {date} is more than 15 minutes from the time here, {here}"
        )


def _check_security_token(request: RawRequest, key: models.AccessKey) -> None:
    """The token need not be signed: the Go SDKs add it to a request that they have signed."""
    sent = request.headers.get("x-security-token") or None
    if key.security_token is None:
        if sent is not None:
            raise unauthenticated("a permanent access key takes no X-Security-Token")
        return
    if sent is None:
        raise unauthenticated("a temporary access key needs its X-Security-Token")
    if not hmac.compare_digest(
        hashlib.sha256(sent.encode()).digest(), hashlib.sha256(key.security_token.encode()).digest()
    ):
        raise unauthenticated("the X-Security-Token is not that of the access key")
