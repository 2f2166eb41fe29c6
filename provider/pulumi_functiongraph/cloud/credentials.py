"""Credentials: one complete set of one kind, safe to print, with the place that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key pair (AK/SK); with a security token it is a temporary one.

    Attributes:
        access_key: the key's id; it names the account, so it is not printed either.
        secret_key: what signs.
        security_token: sent and signed with every request of a temporary key.
    """

    access_key: SecretStr
    secret_key: SecretStr
    security_token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Password:
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


@dataclass(frozen=True, slots=True)
class Token:
    """A token from IAM, exchanged for one of the scope that a call needs."""

    token: SecretStr


Credentials: TypeAlias = AccessKey | Password | Token


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """Credentials with what their source says about the place that they work in.

    Attributes:
        credentials: the set itself.
        source: where it came from, as the end of "credentials from …"; never the key.
        region: the region that the source names, empty when it names none.
        project_id: the project that the source names.
        project_name: the project's name, where the source gives that instead of the id.
        domain_id: the domain (account) that the source names.
        iam_endpoint: IAM's address without ``/v3``, where the source gives one.
    """

    credentials: Credentials
    source: str
    region: str = ""
    project_id: str = ""
    project_name: str = ""
    domain_id: str = ""
    iam_endpoint: str = ""


def problem_with(credentials: Credentials) -> str:
    """What makes credentials unusable in a header, empty when nothing does."""
    headers: dict[str, SecretStr | None] = {}
    match credentials:
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
