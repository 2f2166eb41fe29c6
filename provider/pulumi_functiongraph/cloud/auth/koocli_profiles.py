"""A profile of KooCLI (hcloud), as Terraform's provider of Huawei Cloud reads it.

Source: its ``provider.go``, ``readConfig``; KooCLI user guide, "Configuration Management".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    CredentialSet,
    NamedAgency,
    NamedValue,
)
from pulumi_functiongraph.cloud.auth.documents import document, is_there
from pulumi_functiongraph.cloud.auth.known_settings import HW, KOOCLI, of_group
from pulumi_functiongraph.core.errors import SettingsError

PROFILE = "HW_PROFILE"
FILE = "HW_SHARED_CONFIG_FILE"

_MODES = ("", "AKSK", "AssumeRole", "SSO")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+\Z")
"""An access key's id; KooCLI encrypts it unless it is told otherwise."""


def is_named(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a profile or its file."""
    return bool(environ.get(PROFILE, "").strip() or environ.get(FILE, "").strip())


def profile(environ: Mapping[str, str], home: Path) -> CredentialSet:
    """The profile that the environment names; the file's current one when it names none.

    Raises:
        SettingsError: there is no such file or profile, or it cannot be used.
    """
    named = environ.get(FILE, "").strip()
    path = (
        home / named[2:] if named.startswith("~/") else Path(named or home / ".hcloud/config.json")
    )
    document = _document(path)
    chosen = environ.get(PROFILE, "").strip() or _text(document, "current")
    found = _profile(path, document, chosen)
    where = f"{path} (profile {chosen})"
    keys = _keys(path, document, found, where)

    def value(key: str, values: Mapping[str, Any] = found) -> NamedValue:
        return NamedValue(_text(values, key), f"{key} of {where}")

    return CredentialSet(
        _access_key(keys, where),
        where,
        HW,
        (PROFILE, FILE),
        region=value("region"),
        project_id=value("projectId"),
        domain_id=value("domainId", keys),
        agency=NamedAgency(*map(value, ("agencyName", "agencyDomainName", "agencyDomainId"))),
    )


def _document(path: Path) -> Mapping[str, Any]:
    if not is_there(path):
        raise SettingsError(
            f"{PROFILE} or {FILE} is set, and there is no file {path}: make it with hcloud "
            f"configure, or set {FILE}"
        )
    found = document(path, is_json=True)
    if not isinstance(found, dict):
        raise SettingsError(f"{path} holds no JSON object")
    return found


def _profile(path: Path, document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    listed = document.get("profiles")
    profiles = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    fitting = [each for each in profiles if each.get("name") == name]
    if len(fitting) > 1:
        raise SettingsError(f"{path} has {len(fitting)} profiles {name}: rename all but one")
    if fitting:
        _refuse_what_is_no_text(f"{path} (profile {name})", fitting[0])
        return fitting[0]
    there = ", ".join(sorted(str(each.get("name")) for each in profiles)) or "none"
    raise SettingsError(f"{path} has no profile {name or 'that is current'}; there: {there}")


def _refuse_what_is_no_text(where: str, found: Mapping[str, Any]) -> None:
    """What would be passed over otherwise, and with it what it says of the account."""
    read = (entry.name for entry in of_group(KOOCLI) if entry.handling == "read")
    wrong = [key for key in read if not isinstance(found.get(key) or "", str)]
    if wrong:
        raise SettingsError(f"{' and '.join(wrong)} of {where} has to be text: put it in quotes")


def _keys(
    path: Path, document: Mapping[str, Any], found: Mapping[str, Any], where: str
) -> Mapping[str, Any]:
    """The part of the file that holds the access key."""
    mode = _text(found, "mode")
    if mode not in _MODES:
        raise SettingsError(
            f"mode of {where} is {mode}, and it is not supported; allowed: "
            f"{', '.join(filter(None, _MODES))}"
        )
    if mode == "SSO":
        login = found.get("ssoAuth")
        token = login.get("stsToken") if isinstance(login, dict) else None
        held = token if isinstance(token, dict) else {}
        return {**held, "domainId": found.get("domainId", "")}
    if mode == "AssumeRole":
        source = _text(found, "sourceProfile")
        if not source:
            raise SettingsError(f"{where} lacks sourceProfile")
        own = _profile(path, document, source)
        if _text(own, "mode") == "AssumeRole" or _text(own, "agencyName"):
            raise SettingsError(
                f"sourceProfile of {where} assumes an agency itself, and chains are not supported"
            )
        return _keys(path, document, own, f"{path} (profile {source})")
    return found


def _access_key(keys: Mapping[str, Any], where: str) -> AccessKey:
    access, secret = _text(keys, "accessKeyId"), _text(keys, "secretAccessKey")
    missing = [
        key for key, value in (("accessKeyId", access), ("secretAccessKey", secret)) if not value
    ]
    if missing:
        raise SettingsError(f"{where} lacks {' and '.join(missing)}")
    if not _PLAIN.match(access):
        raise SettingsError(
            f"{where} is encrypted, and only KooCLI can read it: hcloud configure set "
            "--cli-auth-encrypt=false"
        )
    return AccessKey.of(access, secret, _text(keys, "securityToken"))


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""
