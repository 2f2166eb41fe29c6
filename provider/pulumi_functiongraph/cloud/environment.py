"""Credentials in the environment, by the names that other tools for these clouds read.

Each family of names is complete by itself; values of two families are never mixed into one set.
Sources: huaweicloudsdkcore ``auth/provider.py`` (``HUAWEICLOUD_SDK_*``); the Terraform providers of
Huawei Cloud (``HW_*``) and Open Telekom Cloud (``OS_*``), ``provider.go``; the function runtimes of
the Open Telekom Cloud community (``OTC_SDK_*``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from pulumi_functiongraph.cloud.credentials import (
    AccessKey,
    Credentials,
    CredentialSet,
    Password,
    Token,
    without_version,
)
from pulumi_functiongraph.core.errors import SettingsError

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The names that one family of tools reads, each in order of preference.

    Attributes:
        title: how a person calls the family.
    """

    title: str
    access_key: Names = ()
    secret_key: Names = ()
    security_token: Names = ()
    token: Names = ()
    username: Names = ()
    user_id: Names = ()
    password: Names = ()
    domain_name: Names = ()
    domain_id: Names = ()
    auth_url: Names = ()
    region: Names = ()
    project_id: Names = ()
    project_name: Names = ()


FAMILIES: tuple[Family, ...] = (
    Family(
        title="HUAWEICLOUD_SDK_*",
        access_key=("HUAWEICLOUD_SDK_AK",),
        secret_key=("HUAWEICLOUD_SDK_SK",),
        security_token=("HUAWEICLOUD_SDK_SECURITY_TOKEN",),
        domain_id=("HUAWEICLOUD_SDK_DOMAIN_ID",),
        project_id=("HUAWEICLOUD_SDK_PROJECT_ID",),
    ),
    Family(
        title="HW_*",
        access_key=("HW_ACCESS_KEY",),
        secret_key=("HW_SECRET_KEY",),
        security_token=("HW_SECURITY_TOKEN",),
        token=("HW_AUTH_TOKEN",),
        username=("HW_USER_NAME",),
        password=("HW_USER_PASSWORD",),
        domain_name=("HW_DOMAIN_NAME",),
        domain_id=("HW_DOMAIN_ID",),
        auth_url=("HW_AUTH_URL",),
        region=("HW_REGION_NAME",),
        project_id=("HW_PROJECT_ID",),
        project_name=("HW_PROJECT_NAME",),
    ),
    Family(
        title="OS_*",
        access_key=("OS_ACCESS_KEY",),
        secret_key=("OS_SECRET_KEY",),
        security_token=("OS_SECURITY_TOKEN",),
        token=("OS_TOKEN", "OS_AUTH_TOKEN"),
        username=("OS_USERNAME",),
        user_id=("OS_USER_ID",),
        password=("OS_PASSWORD",),
        domain_name=("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_PROJECT_DOMAIN_NAME"),
        domain_id=("OS_USER_DOMAIN_ID", "OS_DOMAIN_ID", "OS_PROJECT_DOMAIN_ID"),
        auth_url=("OS_AUTH_URL",),
        region=("OS_REGION_NAME", "OS_REGION"),
        project_id=("OS_PROJECT_ID", "OS_TENANT_ID"),
        project_name=("OS_PROJECT_NAME", "OS_TENANT_NAME"),
    ),
    Family(
        title="OTC_SDK_*",
        access_key=("OTC_SDK_AK",),
        secret_key=("OTC_SDK_SK",),
        region=("OTC_SDK_REGION",),
        project_id=("OTC_SDK_PROJECTID",),
    ),
)
"""In the order in which they are asked."""

OS_CLOUD = "OS_CLOUD"
"""Names a cloud of clouds.yaml; it takes the place of the other ``OS_*`` credentials."""


def first(environ: Mapping[str, str], names: Names) -> str:
    """The first value that is set and not blank, without blanks around it; else empty."""
    return next((environ[name].strip() for name in names if environ.get(name, "").strip()), "")


def credentials_from(environ: Mapping[str, str], family: Family) -> CredentialSet | None:
    """The credentials of one family, ``None`` when it has none.

    An access key pair is preferred to a token, and a token to a password.

    Raises:
        SettingsError: a set is begun and not complete.
    """
    found = _access_key(environ, family) or _token(environ, family) or _password(environ, family)
    if found is None:
        return None
    credentials, names = found
    return CredentialSet(
        credentials,
        f"the environment ({', '.join(names)})",
        region=first(environ, family.region),
        project_id=first(environ, family.project_id),
        project_name=first(environ, family.project_name),
        domain_id=first(environ, family.domain_id),
        iam_endpoint=without_version(first(environ, family.auth_url)),
    )


def _access_key(environ: Mapping[str, str], family: Family) -> tuple[Credentials, list[str]] | None:
    parts = [family.access_key, family.secret_key, family.security_token]
    values = [first(environ, names) for names in parts]
    if not any(values):
        return None
    present = list(_set_names(environ, parts))
    _complete(
        present, [names[0] for names, value in zip(parts[:2], values, strict=False) if not value]
    )
    access, secret, security = values
    credentials = AccessKey(
        SecretStr(access), SecretStr(secret), SecretStr(security) if security else None
    )
    return credentials, present


def _token(environ: Mapping[str, str], family: Family) -> tuple[Credentials, list[str]] | None:
    token = first(environ, family.token)
    if not token:
        return None
    return Token(SecretStr(token)), list(_set_names(environ, [family.token]))


def _password(environ: Mapping[str, str], family: Family) -> tuple[Credentials, list[str]] | None:
    username, user_id = first(environ, family.username), first(environ, family.user_id)
    password = first(environ, family.password)
    if not (username or user_id or password):
        return None
    domain_name = first(environ, family.domain_name)
    domain_id = first(environ, family.domain_id)
    present = list(_set_names(environ, [family.username, family.user_id, family.password]))
    missing = []
    if not (username or user_id):
        missing.append(family.username[0])
    if not password:
        missing.append(family.password[0])
    if username and not user_id and not (domain_name or domain_id):
        missing.append(f"{family.domain_name[0]} (the user's domain)")
    _complete(present, missing)
    credentials = Password(
        SecretStr(password),
        username=username,
        user_id=user_id,
        domain_name=domain_name,
        domain_id=domain_id,
    )
    return credentials, present


def _set_names(environ: Mapping[str, str], parts: list[Names]) -> Iterator[str]:
    """The one name per part that the value was taken from."""
    for names in parts:
        yield from [name for name in names if environ.get(name, "").strip()][:1]


def _complete(present: list[str], missing: list[str]) -> None:
    if missing:
        raise SettingsError(
            f"the credentials in the environment are not complete: {' and '.join(present)} "
            f"{'is' if len(present) == 1 else 'are'} set, {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not. Set what is missing, or unset the rest "
            "so that the next source is used (sets of two sources are never mixed)"
        )
