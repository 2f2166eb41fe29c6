"""The credentials file of the vendor's SDK, an ini file."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from pulumi_functiongraph.cloud.credentials import AccessKey, CredentialSet, Said, without_version
from pulumi_functiongraph.cloud.known.file_keys import INI, of_file
from pulumi_functiongraph.core.errors import SettingsError

VENDOR_FILE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
"""Names another place for ``~/.huaweicloud/credentials`` (huaweicloudsdkcore, auth/provider.py)."""


def vendor_file(environ: Mapping[str, str], home: Path) -> CredentialSet | None:
    """The file's section ``[basic]``, else ``[global]``.

    Raises:
        SettingsError: the file is named and absent, unreadable, or holds an incomplete set or a
            key that is not supported.
    """
    named = environ.get(VENDOR_FILE, "").strip()
    path = Path(named) if named else home / ".huaweicloud" / "credentials"
    if not path.is_file():
        if named:
            raise SettingsError(f"{VENDOR_FILE} names {path}, and there is no such file")
        return None
    section, values = _section(path)
    where = f"{path} [{section}]"
    _refuse(where, values)
    missing = [key for key in ("ak", "sk") if not values.get(key)]
    if missing:
        raise SettingsError(f"{where} lacks {' and '.join(missing)}")
    security = values.get("security_token")
    return CredentialSet(
        AccessKey(
            SecretStr(values["ak"]),
            SecretStr(values["sk"]),
            SecretStr(security) if security else None,
        ),
        where,
        project_id=Said(values.get("project_id", ""), f"project_id of {where}"),
        domain_id=Said(values.get("domain_id", ""), f"domain_id of {where}"),
        iam_endpoint=without_version(values.get("iam_endpoint", "")),
    )


def _section(path: Path) -> tuple[str, Mapping[str, str]]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        # The parser's own message quotes the line, which may hold the key.
        what = type(error).__name__
        raise SettingsError(f"{path} cannot be read as an ini file ({what})") from None
    section = next((name for name in ("basic", "global") if parser.has_section(name)), None)
    if section is None:
        raise SettingsError(f"{path} has neither a section [basic] nor [global]")
    return section, {key: value.strip() for key, value in parser.items(section)}


def _refuse(where: str, values: Mapping[str, str]) -> None:
    entries = {entry.name: entry for entry in of_file(INI)}
    problems = []
    for key, value in values.items():
        entry = entries.get(key, entries["*"])
        if entry.handling == "refused" and value:
            problems.append(f"{key} of {where} is not supported. {entry.note}")
    if problems:
        raise SettingsError("\n".join(problems))
