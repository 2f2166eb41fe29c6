"""A complete set of credentials of one kind, safe to print, with its source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from pydantic import SecretStr


class AccessKey(msgspec.Struct, frozen=True):
    """An access key pair (AK/SK); with a security token it is a temporary one.

    Attributes:
        access_key: the key's id; it names the account, so it is not printed either.
        secret_key: what signs.
        security_token: sent and signed with every request of a temporary key.
    """

    access_key: SecretStr
    secret_key: SecretStr
    security_token: SecretStr | None = None

    @classmethod
    def of(cls, access: str, secret: str, security: str = "") -> AccessKey:
        """The key of plain texts; without a security token where that is empty."""
        token = SecretStr(security) if security else None
        return cls(SecretStr(access), SecretStr(secret), token)


class Password(msgspec.Struct, frozen=True):
    """A user and password, exchanged for a token at IAM.

    Attributes:
        password: the user's password.
        username: the user's name, needs a domain; empty when ``user_id`` is given.
        user_id: the user's id, unique without a domain.
        domain_name: name of the user's domain (account).
        domain_id: id of the user's domain (account).
    """

    password: SecretStr
    username: str = ""
    user_id: str = ""
    domain_name: str = ""
    domain_id: str = ""


class Token(msgspec.Struct, frozen=True):
    """A token from IAM, exchanged for one of the scope that a call needs."""

    token: SecretStr


OwnCredentials: TypeAlias = AccessKey | Password | Token
"""What somebody has of their own account."""


class AssumedAgency(msgspec.Struct, frozen=True):
    """An agency that is assumed with credentials of the account that it trusts.

    Attributes:
        own: what asks for the agency.
        name: the agency's name.
        domain_name: the agency's account by name; empty when ``domain_id`` is given.
        domain_id: the agency's account by id.
        duration: seconds that a key of the agency is asked to live.
    """

    own: OwnCredentials
    name: str
    domain_name: str = ""
    domain_id: str = ""
    duration: int = 3600

    @property
    def account(self) -> str:
        """The agency's account, as it was named."""
        return self.domain_name or self.domain_id


Credentials: TypeAlias = OwnCredentials | AssumedAgency


class NamedValue(msgspec.Struct, frozen=True):
    """A text that somebody set, and by which name; empty when nobody did."""

    value: str = ""
    by: str = ""

    def __bool__(self) -> bool:
        return bool(self.value)


UNSET = NamedValue()


def first_set(found: Iterable[NamedValue]) -> NamedValue:
    """The first that says something."""
    return next(filter(None, found), UNSET)


class NamedAgency(msgspec.Struct, frozen=True):
    """The agency that a source names, and the project of its account."""

    name: NamedValue = UNSET
    domain_name: NamedValue = UNSET
    domain_id: NamedValue = UNSET
    project_name: NamedValue = UNSET
    project_id: NamedValue = UNSET
    duration: NamedValue = UNSET

    @property
    def is_named(self) -> bool:
        """Whether anything says which agency, or whose."""
        return bool(self.name or self.domain_name or self.domain_id)


class CredentialSet(msgspec.Struct, frozen=True):
    """Credentials with what their source says about the place that they work in.

    Attributes:
        credentials: the set itself.
        source: where it came from, as the end of "credentials from …"; never the key.
        family: the variables that it came from or that named the file, empty for none.
        names: the variables that the set is made of, or that name the file or a part of it.
        region: the region that the source names.
        project_id: the project that the source names.
        project_name: the project's name, where the source gives that instead of the id.
        domain_id: the domain (account) that the source names.
        domain_name: the same by name.
        iam_endpoint: IAM's address without ``/v3``, where the source gives one.
        agency: the agency that the source names.
    """

    credentials: OwnCredentials
    source: str
    family: str = ""
    names: tuple[str, ...] = ()
    region: NamedValue = UNSET
    project_id: NamedValue = UNSET
    project_name: NamedValue = UNSET
    domain_id: NamedValue = UNSET
    domain_name: NamedValue = UNSET
    iam_endpoint: str = ""
    agency: NamedAgency = msgspec.field(default_factory=NamedAgency)


def problem_with(credentials: Credentials) -> str:
    """What makes credentials unusable in a header, empty when nothing does."""
    headers: dict[str, SecretStr | None] = {}
    match credentials:
        case AssumedAgency():
            return problem_with(credentials.own)
        case AccessKey():
            headers["access key"] = credentials.access_key
            headers["secret key"] = credentials.secret_key
            headers["security token"] = credentials.security_token
        case Token():
            headers["token"] = credentials.token
        case Password():
            pass  # it travels in JSON, where any character may be
    for name, secret in headers.items():
        text = secret.get_secret_value() if secret is not None else "unset"
        if not (text.isascii() and text.isprintable()) or " " in text:
            return f"the {name} holds a blank, a line break or a character that no key has"
    return ""


def secrets_of(credentials: Credentials) -> tuple[str, ...]:
    """Every text that must not appear in a message, longest first."""
    match credentials:
        case AssumedAgency():
            return secrets_of(credentials.own)
        case AccessKey():
            held = [credentials.access_key, credentials.secret_key, credentials.security_token]
        case Password():
            held = [credentials.password]
        case Token():
            held = [credentials.token]
    texts = [secret.get_secret_value() for secret in held if secret is not None]
    return tuple(sorted(filter(None, texts), key=len, reverse=True))


def without_version(auth_url: str) -> str:
    """IAM's address of an auth URL, which names the API's version too."""
    return auth_url.rstrip("/").removesuffix("/v3").rstrip("/")
