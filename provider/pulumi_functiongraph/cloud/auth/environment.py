"""Credentials in the environment, by the names that other tools for these clouds read.

Each family of names is complete by itself; values of two families are never mixed into one set.
Which names there are is in `known_settings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    CredentialSet,
    NamedAgency,
    NamedValue,
    OwnCredentials,
    Password,
    Token,
    first_set,
    without_version,
)
from pulumi_functiongraph.cloud.auth.known_settings import (
    AGENCY,
    OS,
    VARIABLES,
    KnownSetting,
    SettingPart,
    names,
    of_group,
)
from pulumi_functiongraph.core.errors import SettingsError

OS_CLOUD = "OS_CLOUD"
"""Names a cloud of clouds.yaml; it takes the place of the other ``OS_*`` credentials."""

_CREDENTIALS: tuple[SettingPart, ...] = (
    "access_key",
    "secret_key",
    "security_token",
    "token",
    "username",
    "user_id",
    "password",
)
_ALONE: tuple[SettingPart, ...] = ("", "file", "endpoint", "auth_type")
"""Parts of which several names say different things."""

_AUTH_TYPES = {
    "password": "password",
    "v3password": "password",
    "token": "token",
    "v3token": "token",
    "aksk": "",
    "agency": "",
}
"""Types of ``OS_AUTH_TYPE`` → what they choose between a token and a password."""


def value_of(environ: Mapping[str, str], family: str, part: SettingPart) -> NamedValue:
    """What a family says, without blanks around it."""
    return first_set(_each(environ, family, part))


def _each(environ: Mapping[str, str], family: str, part: SettingPart) -> Iterator[NamedValue]:
    for name in names(family, part):
        yield NamedValue(environ.get(name, "").strip(), name)


def is_begun(environ: Mapping[str, str], family: str) -> bool:
    """Whether a family says as whom, be it in a way that is not supported."""
    if any(value_of(environ, family, part) for part in _CREDENTIALS):
        return True
    return any(e.decides == "identity" and not e.beside for e in refused_in(environ, family))


def refused_in(environ: Mapping[str, str], family: str) -> list[KnownSetting]:
    """The names of a family that are set and not supported."""
    return [
        entry
        for entry in of_group(family)
        if entry.handling == "refused"
        and (value := environ.get(entry.name, "").strip().lower())
        and value not in entry.harmless
    ]


def refusals(environ: Mapping[str, str], family: str, kind: str) -> Iterator[str]:
    """What in a family stands against its use by a kind of credentials, a line each.

    The kind is the name of their class, empty while there are none.
    """
    for entry in refused_in(environ, family):
        if not (entry.beside and kind) or kind in entry.beside:
            yield f"{entry.name} is set, and it is not supported. {entry.note}"
    auth_type = value_of(environ, family, "auth_type")
    if auth_type and auth_type.value.lower() not in _AUTH_TYPES:
        allowed = ", ".join(_AUTH_TYPES)
        yield f"{auth_type.by} is {auth_type.value}, and it is not supported; allowed: {allowed}"
    for part in dict.fromkeys(e.part for e in VARIABLES if e.part not in _ALONE):
        found = {each.value: each.by for each in _each(environ, family, part) if each}
        if len(found) > 1:
            named = " and ".join(found.values())
            yield f"{named} differ, and stand for the same: unset all but one"


def credentials_from(environ: Mapping[str, str], family: str) -> CredentialSet | None:
    """The credentials of one family, ``None`` when it has none.

    An access key pair is preferred to a token, and a token to a password.

    Raises:
        SettingsError: a set is begun and not complete, or says what is not supported.
    """
    if not is_begun(environ, family):
        return None
    problems = list(refusals(environ, family, ""))
    if problems and not any(value_of(environ, family, part) for part in _CREDENTIALS):
        raise SettingsError("\n".join(problems))
    found = _own(environ, family)
    credentials, present = found
    problems = list(refusals(environ, family, type(credentials).__name__))
    if problems:
        raise SettingsError("\n".join(problems))
    return CredentialSet(
        credentials,
        f"the environment ({', '.join(present)})",
        family,
        tuple(present),
        region=value_of(environ, family, "region"),
        project_id=value_of(environ, family, "project_id"),
        project_name=value_of(environ, family, "project_name"),
        domain_id=value_of(environ, family, "domain_id"),
        domain_name=value_of(environ, family, "domain_name"),
        iam_endpoint=without_version(value_of(environ, family, "auth_url").value),
    )


def agency_from(environ: Mapping[str, str], family: str) -> NamedAgency:
    """The agency that a family names."""
    return NamedAgency(*(value_of(environ, family, part) for part in AGENCY))


def _own(environ: Mapping[str, str], family: str) -> tuple[OwnCredentials, list[str]]:
    chosen = _AUTH_TYPES.get(value_of(environ, family, "auth_type").value.lower(), "")
    found = _access_key(environ, family)
    if found is None and chosen != "password":
        found = _token(environ, family)
    return found or _password(environ, family)


def _access_key(environ: Mapping[str, str], family: str) -> tuple[OwnCredentials, list[str]] | None:
    parts: tuple[SettingPart, ...] = ("access_key", "secret_key", "security_token")
    access, secret, security = (value_of(environ, family, part) for part in parts)
    if not (access or secret or security):
        return None
    present = [each.by for each in (access, secret, security) if each]
    _complete(
        present,
        [names(family, p)[0] for p, s in zip(parts, (access, secret), strict=False) if not s],
    )
    return AccessKey.of(access.value, secret.value, security.value), present


def _token(environ: Mapping[str, str], family: str) -> tuple[OwnCredentials, list[str]] | None:
    token = value_of(environ, family, "token")
    return (Token(SecretStr(token.value)), [token.by]) if token else None


def _password(environ: Mapping[str, str], family: str) -> tuple[OwnCredentials, list[str]]:
    username, user_id, password = (
        value_of(environ, family, part) for part in ("username", "user_id", "password")
    )
    domain = _domain_of_user(environ, family)
    present = [each.by for each in (username, user_id, password) if each]
    present = present or [value_of(environ, family, "auth_type").by]
    missing = []
    if not (username or user_id):
        missing.append(names(family, "username")[0])
    if not password:
        missing.append(names(family, "password")[0])
    if username and not user_id and not domain[1]:
        missing.append(f"{names(family, 'domain_name')[0]} (the user's domain)")
    _complete(present, missing)
    part, value = domain
    credentials = Password(
        SecretStr(password.value),
        username=username.value,
        user_id=user_id.value,
        **({part: value.value} if value else {}),
    )
    return credentials, present


def _domain_of_user(environ: Mapping[str, str], family: str) -> tuple[str, NamedValue]:
    """The user's domain: of the name that is most about the user, by id or else by name.

    The names of both parts are in the same order, the user's before the project's.
    """
    ids, named = _each(environ, family, "domain_id"), _each(environ, family, "domain_name")
    found = [("domain_id", each) for each in ids] + [("domain_name", each) for each in named]
    found.sort(key=lambda each: _about_user(each[1].by))
    found.append(("domain_id", value_of(environ, family, "default_domain_id")))
    found.append(("domain_name", value_of(environ, family, "default_domain_name")))
    return next((each for each in found if each[1]), ("", NamedValue()))


def _about_user(name: str) -> int:
    return 0 if "USER_DOMAIN" in name else 2 if "PROJECT_DOMAIN" in name else 1


def _complete(present: list[str], missing: list[str]) -> None:
    if missing:
        raise SettingsError(
            f"the credentials in the environment are not complete: {' and '.join(present)} "
            f"{'is' if len(present) == 1 else 'are'} set, {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not. Set what is missing, or unset the rest "
            "so that the next source is used (sets of two sources are never mixed)"
        )


def is_of_clouds_yaml(environ: Mapping[str, str], family: str) -> bool:
    """Whether the family names a cloud of clouds.yaml in place of credentials."""
    return family == OS and bool(environ.get(OS_CLOUD, "").strip())
