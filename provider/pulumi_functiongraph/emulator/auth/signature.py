"""Verification of what signs a request to every service but OBS.

Written from the algorithms that the published SDKs implement; which of them sends which form is in
docs/conformance.md, "Signatures". All forms sign one canonical request; they differ in the key, in
the text around its hash, and in details of the canonical request.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote, urlencode

import msgspec

from pulumi_functiongraph.emulator.auth import curves
from pulumi_functiongraph.emulator.auth.curves import Curve
from pulumi_functiongraph.emulator.http.exchange import RawRequest

ALGORITHM = "SDK-HMAC-SHA256"
DATE_HEADER = "x-sdk-date"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"
HASH_HEADER = "x-sdk-content-sha256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
SCOPE_END = "sdk_request"

_SPACES = re.compile(r"\s+", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z0-9-]{1,40}")


class UnknownFormError(ValueError):
    """An `Authorization` header that is of none of the forms; the text says what is wrong."""


class Form(msgspec.Struct, frozen=True):
    """One way to sign."""

    algorithm: str
    scope: tuple[str, ...] = ()
    """What follows the access key in `Credential=`; empty for the forms with `Access=`."""
    digest: str = "sha256"
    hash_header: str = HASH_HEADER
    curve: Curve | None = None
    """The curve, for a form that signs with a private key derived from the secret key."""

    @property
    def older(self) -> bool:
        """Whether it is the scoped form, whose canonical request has rules of its own."""
        return self.scope[-1:] == (SCOPE_END,)


FORMS = (
    Form(ALGORITHM),
    Form(ALGORITHM, scope=("date", "region", "service", SCOPE_END)),
    Form("V11-HMAC-SHA256", scope=("date", "region", "service")),
    Form("SDK-HMAC-SM3", digest="sm3", hash_header="x-sdk-content-sm3"),
    Form("SDK-ECDSA-P256-SHA256", curve=curves.P256),
    Form("SDK-SM2-SM3", digest="sm3", hash_header="x-sdk-content-sm3", curve=curves.SM2),
)


class Authorization(msgspec.Struct, frozen=True):
    """The parsed `Authorization` header."""

    form: Form
    access_key: str
    scope: tuple[str, ...]
    """Values of the form's scope; region and service may be empty."""
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(value: str) -> Authorization:
    """Read the header.

    Raises:
        UnknownFormError: it is of none of the forms.
    """
    algorithm, _, rest = value.strip().partition(" ")
    forms = [form for form in FORMS if form.algorithm == algorithm]
    if not forms:
        known = ", ".join(dict.fromkeys(form.algorithm for form in FORMS))
        named = algorithm if rest and _SCHEME.fullmatch(algorithm) else "no algorithm"
        raise UnknownFormError(f"the Authorization header names {named}; known are {known}")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    signed = tuple(parts.get("SignedHeaders", "").lower().split(";"))
    if not parts.get("Signature") or not all(signed):
        raise UnknownFormError(
            f"the Authorization header of {algorithm} needs SignedHeaders and Signature"
        )
    for form in forms:
        fields = _key_and_scope(parts, form)
        if fields is not None:
            return Authorization(form, fields[0], fields[1:], signed, parts["Signature"].lower())
    wanted = " or ".join(_written(form) for form in forms)
    raise UnknownFormError(f"the Authorization header of {algorithm} needs {wanted}")


def _key_and_scope(parts: dict[str, str], form: Form) -> tuple[str, ...] | None:
    """Access key and values of the scope; None when the header is of another form."""
    if not form.scope:
        return (parts["Access"],) if parts.get("Access") else None
    fields = tuple(parts.get("Credential", "").rsplit("/", len(form.scope)))
    if len(fields) <= len(form.scope) or not fields[0]:
        return None
    return fields if not form.older or fields[-1] == SCOPE_END else None


def _written(form: Form) -> str:
    names = [name if name == SCOPE_END else f"<{name}>" for name in form.scope]
    return "/".join(["Credential=<access key>", *names]) if names else "Access=<access key>"


def parse_date(value: str) -> datetime | None:
    """Read an `X-Sdk-Date`, or None when it is malformed."""
    try:
        return datetime.strptime(value, DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def canonical_request(
    request: RawRequest,
    *,
    signed_headers: Sequence[str],
    payload_hash: str,
    query: str | None = None,
) -> str:
    """The text whose hash is signed; `query` stands in for the request's own."""
    headers = "".join(
        f"{name}:{_SPACES.sub(' ', value) if query is not None else value}\n"
        for name in signed_headers
        for value in (request.headers.get(name, "").strip(),)
    )
    return "\n".join(
        (
            request.method.upper(),
            _canonical_path(request.raw_path),
            _canonical_query(request.query_string) if query is None else query,
            headers,
            ";".join(signed_headers),
            payload_hash,
        )
    )


def is_signed_by(request: RawRequest, secret_key: str, authorization: Authorization) -> bool:
    """Whether `authorization` is what the owner of `secret_key` makes of `request`."""
    form = authorization.form
    date = request.headers.get(DATE_HEADER, "")
    scope = ["/".join(authorization.scope)] if form.scope else []
    return any(
        _holds(
            secret_key,
            authorization,
            "\n".join((form.algorithm, date, *scope, _hash(form, canonical.encode()))),
        )
        for canonical in _canonical_requests(request, authorization)
    )


def has_two_values(query_string: bytes) -> bool:
    """Whether a parameter has two values; no form signs which of them counts."""
    pairs = frozenset(_pairs(query_string))
    return len(pairs) > len({name for name, _ in pairs})


def what_is_missing(request: RawRequest, authorization: Authorization) -> str:
    """What in the request explains a wrong signature; empty when nothing does."""
    absent = [name for name in authorization.signed_headers if name not in request.headers]
    if absent:
        return f"the request has no {', '.join(absent)}, which SignedHeaders names"
    header = authorization.form.hash_header
    declared = request.headers.get(header)
    if declared not in {None, *_payload_hashes(request, authorization.form)}:
        return f"{header} is not the hash of the body"
    return ""


def payload_hash(body: bytes) -> str:
    """What stands for a signed body in the canonical request."""
    return hashlib.sha256(body).hexdigest()


def _holds(secret_key: str, authorization: Authorization, text: str) -> bool:
    form = authorization.form
    if form.curve is not None:
        private = form.curve.private_number(
            form.algorithm, authorization.access_key, secret_key, digest=form.digest
        )
        return form.curve.holds(authorization.signature, text.encode(), private=private)
    expected = hmac.new(_key(secret_key, authorization), text.encode(), form.digest).hexdigest()
    return hmac.compare_digest(expected.encode(), authorization.signature.encode())


def _key(secret_key: str, authorization: Authorization) -> bytes:
    if authorization.form.older:
        key = f"SDK{secret_key.strip()}".encode()
        for step in authorization.scope:
            key = hmac.new(key, step.encode(), hashlib.sha256).digest()
        return key
    if authorization.form.scope:  # HKDF (RFC 5869) of one block, used in hexadecimal digits
        access_key = authorization.access_key.encode()
        extracted = hmac.new(access_key, secret_key.encode(), hashlib.sha256).digest()
        info = "/".join(authorization.scope).encode() + b"\x01"
        return hmac.new(extracted, info, hashlib.sha256).hexdigest().encode()
    return secret_key.encode()


def _canonical_requests(request: RawRequest, authorization: Authorization) -> Iterator[str]:
    """What the client may have signed, where the request does not tell which."""
    form, headers = authorization.form, authorization.signed_headers
    query = _first_values(request.query_string) if form.older else None
    for each in _payload_hashes(request, form):
        yield canonical_request(request, signed_headers=headers, payload_hash=each, query=query)
    if form.older and request.method == "POST" and not request.body:
        pairs = sorted(_pairs(request.query_string), key=lambda pair: pair[0])
        each = payload_hash(urlencode(pairs).encode())
        yield canonical_request(request, signed_headers=headers, payload_hash=each, query="")


def _payload_hashes(request: RawRequest, form: Form) -> list[str]:
    """What the client may have signed as the body's hash.

    A client that declares the payload unsigned writes the literal; some do so for an empty body
    too, others sign the hash of nothing there.
    """
    hashes = [_hash(form, request.body)]
    if request.headers.get(form.hash_header) == UNSIGNED_PAYLOAD:
        hashes.append(UNSIGNED_PAYLOAD)
    return hashes


def _hash(form: Form, data: bytes) -> str:
    return hashlib.new(form.digest, data).hexdigest()


def _canonical_path(raw_path: bytes) -> str:
    segments = unquote(raw_path.decode("latin-1")).split("/")
    path = "/".join(quote(segment, safe="~") for segment in segments)
    return path if path.endswith("/") else path + "/"


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    return parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)


def _canonical_query(query_string: bytes) -> str:
    return "&".join(
        f"{quote(key, safe='~')}={quote(value, safe='~')}"
        for key, value in sorted(_pairs(query_string))
    )


def _first_values(query_string: bytes) -> str:
    """The query of the scoped form: of each key the first value, by keys of any case."""
    first = dict(reversed(_pairs(query_string)))
    quoted = {quote(key, safe="~"): quote(value, safe="~") for key, value in first.items()}
    return "&".join(f"{key}={quoted[key]}" for key in sorted(quoted, key=str.lower))
