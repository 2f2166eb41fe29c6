"""The credentials file of the vendor's SDK, an ini file."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    CredentialSet,
    NamedValue,
    without_version,
)
from pulumi_functiongraph.cloud.auth.documents import content, is_there
from pulumi_functiongraph.cloud.auth.known_settings import INI, of_group
from pulumi_functiongraph.core.errors import SettingsError

VENDOR_FILE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
"""Names another place for ``~/.huaweicloud/credentials`` (huaweicloudsdkcore, auth/provider.py)."""


def vendor_file(environ: Mapping[str, str], home: Path) -> CredentialSet | None:
    """The file's sections ``[basic]`` and ``[global]``, one for each kind of keys of the SDK.

    Raises:
        SettingsError: the file is named and absent, unreadable, or holds an incomplete set, two
            that differ, or a key that is not supported.
    """
    named = environ.get(VENDOR_FILE, "").strip()
    path = Path(named) if named else home / ".huaweicloud" / "credentials"
    if not is_there(path):
        if named:
            raise SettingsError(f"{VENDOR_FILE} names {path}, and there is no such file")
        return None
    sections = _sections(path)
    where = f"{path} {' and '.join(f'[{name}]' for name in sections)}"
    values = _merged(path, sections)
    _refuse(where, values)
    missing = [key for key in ("ak", "sk") if not values.get(key)]
    if missing:
        raise SettingsError(f"{where} lacks {' and '.join(missing)}")
    return CredentialSet(
        AccessKey.of(values["ak"], values["sk"], values.get("security_token", "")),
        where,
        names=(VENDOR_FILE,),
        project_id=NamedValue(values.get("project_id", ""), f"project_id of {where}"),
        domain_id=NamedValue(values.get("domain_id", ""), f"domain_id of {where}"),
        iam_endpoint=without_version(values.get("iam_endpoint", "")),
    )


def _sections(path: Path) -> Mapping[str, Mapping[str, str]]:
    parser = configparser.ConfigParser(interpolation=None)
    held = content(path)
    try:
        parser.read_string(held.decode())
    except (configparser.Error, UnicodeDecodeError) as error:
        # The parser's own message quotes the line, which may hold the key.
        what = type(error).__name__
        raise SettingsError(f"{path} cannot be read as an ini file ({what})") from None
    found = [name for name in ("basic", "global") if parser.has_section(name)]
    if not found:
        raise SettingsError(f"{path} has neither a section [basic] nor [global]")
    return {name: {key: text.strip() for key, text in parser.items(name)} for name in found}


def _merged(path: Path, sections: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """What the sections say together; nothing tells which one is meant where they differ."""
    merged: dict[str, str] = {}
    differing = []
    for values in sections.values():
        given = {key: value for key, value in values.items() if value}
        differing += [key for key in given.keys() & merged.keys() if given[key] != merged[key]]
        merged = {**given, **merged}
    if differing:
        raise SettingsError(
            f"[basic] and [global] of {path} differ in {' and '.join(sorted(differing))}: remove "
            f"one of them, or name a file that has one in {VENDOR_FILE}"
        )
    return merged


def _refuse(where: str, values: Mapping[str, str]) -> None:
    entries = {entry.name: entry for entry in of_group(INI)}
    problems = []
    for key, value in values.items():
        entry = entries.get(key, entries["*"])
        if entry.handling == "refused" and value:
            problems.append(f"{key} of {where} is not supported. {entry.note}")
    if problems:
        raise SettingsError("\n".join(problems))
