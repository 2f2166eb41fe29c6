"""Credentials in files: the vendor SDK's ini file, and clouds.yaml as openstacksdk reads it.

openstacksdk is loaded only when there is a clouds.yaml to read: loading it takes longer than all
else that a short run does.
"""

from __future__ import annotations

import configparser
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

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
from pulumi_functiongraph.core.redaction import redacted

VENDOR_FILE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
"""Names another place for ``~/.huaweicloud/credentials`` (huaweicloudsdkcore, auth/provider.py)."""

CLOUDS_FILE = "OS_CLIENT_CONFIG_FILE"
"""Names another place for clouds.yaml (openstacksdk, "Configuring OpenStack SDK Applications")."""

SECURE_FILE = "OS_CLIENT_SECURE_FILE"
"""Names another place for secure.yaml (same page)."""

_SUFFIXES = (".yaml", ".yml", ".json")


def vendor_file(environ: Mapping[str, str], home: Path) -> CredentialSet | None:
    """The vendor SDK's credentials file, section ``[basic]``, else ``[global]``.

    Raises:
        SettingsError: the file is named and absent, unreadable, or holds an incomplete set.
    """
    named = environ.get(VENDOR_FILE, "").strip()
    path = Path(named) if named else home / ".huaweicloud" / "credentials"
    if not path.is_file():
        if named:
            raise SettingsError(f"{VENDOR_FILE} names {path}, and there is no such file")
        return None
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
    values = {key: value.strip() for key, value in parser.items(section)}
    missing = [key for key in ("ak", "sk") if not values.get(key)]
    if missing:
        raise SettingsError(f"{path} [{section}] lacks {' and '.join(missing)}")
    security = values.get("security_token")
    return CredentialSet(
        AccessKey(
            SecretStr(values["ak"]),
            SecretStr(values["sk"]),
            SecretStr(security) if security else None,
        ),
        f"{path} [{section}]",
        project_id=values.get("project_id", ""),
        domain_id=values.get("domain_id", ""),
        iam_endpoint=without_version(values.get("iam_endpoint", "")),
    )


def clouds_yaml(
    environ: Mapping[str, str], home: Path, directory: Path, *, name: str | None
) -> CredentialSet | None:
    """A cloud of clouds.yaml, found by openstacksdk's rules and merged with secure.yaml.

    Args:
        environ: may name the files, and with ``XDG_CONFIG_HOME`` their folder.
        home: the home folder.
        directory: the current folder, which is searched first.
        name: the cloud; ``None`` takes the only one in the file.

    Raises:
        SettingsError: the cloud is not there, or its set is not complete.
    """
    files = [path for path in _candidates(environ, home, directory, "clouds") if path.is_file()]
    if not files:
        if name is None:
            return None
        raise SettingsError(
            f"OS_CLOUD is {name}, and there is no clouds.yaml in {directory}, "
            f"{home / '.config' / 'openstack'} or /etc/openstack, nor does {CLOUDS_FILE} name one"
        )
    path, config = _cloud_config(environ, home, directory, name, files[0])
    if config is None:
        return None
    credentials = _of_cloud(config, path)
    auth = _auth(config)
    return CredentialSet(
        credentials,
        f"{path} (cloud {config['name']})",
        region=_text(config, "region_name"),
        project_id=_text(auth, "project_id", "tenant_id"),
        project_name=_text(auth, "project_name", "tenant_name"),
        domain_id=_text(auth, "domain_id", "user_domain_id", "project_domain_id"),
        iam_endpoint=without_version(_text(auth, "auth_url")),
    )


def _candidates(
    environ: Mapping[str, str], home: Path, directory: Path, stem: str
) -> Iterator[Path]:
    named = environ.get(CLOUDS_FILE if stem == "clouds" else SECURE_FILE, "").strip()
    if named and stem != "clouds-public":
        yield Path(named)
    configured = environ.get("XDG_CONFIG_HOME", "").strip()
    folders = [
        directory,
        (Path(configured) if configured else home / ".config") / "openstack",
        home / ".config" / "openstack",
        Path("/etc/openstack"),
    ]
    for folder in folders:
        for suffix in _SUFFIXES:
            yield folder / f"{stem}{suffix}"


def _cloud_config(
    environ: Mapping[str, str], home: Path, directory: Path, name: str | None, path: Path
) -> tuple[Path, dict[str, Any] | None]:
    """What openstacksdk makes of the files: vendor profile, secure.yaml and region merged in."""
    from openstack.config.loader import OpenStackConfig
    from openstack.exceptions import ConfigException

    stems = ("clouds", "secure", "clouds-public")
    found = {stem: [str(p) for p in _candidates(environ, home, directory, stem)] for stem in stems}
    try:
        # Its warnings are about profiles and old key words, and would end a strict program.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loader = OpenStackConfig(
                config_files=found["clouds"],
                secure_files=found["secure"],
                vendor_files=found["clouds-public"],
                load_envvars=False,
            )
            names = sorted(loader.get_cloud_names())
            chosen = name or (names[0] if len(names) == 1 else None)
            if chosen is None or chosen == "defaults":
                _refuse_choice(path, [each for each in names if each != "defaults"])
                return path, None
            config = loader.get_one(cloud=chosen, validate=False).config
    except (ConfigException, AttributeError, TypeError, KeyError) as error:
        what = str(error) if isinstance(error, ConfigException) else "its form is not as documented"
        raise SettingsError(f"{path} cannot be used: {redacted(what)}") from None
    used = Path(loader.config_filename) if loader.config_filename else path
    return used, {**config, "name": chosen}


def _refuse_choice(path: Path, names: list[str]) -> None:
    if names:
        raise SettingsError(
            f"{path} has {len(names)} clouds ({', '.join(names)}): name one with OS_CLOUD"
        )


def _of_cloud(config: Mapping[str, Any], path: Path) -> Credentials:
    auth, where = _auth(config), f"{path} (cloud {config['name']})"
    # Terraform's Open Telekom Cloud provider reads ak, sk and security_token from clouds.yaml.
    access, secret = _text(auth, "ak", "access_key"), _text(auth, "sk", "secret_key")
    if access or secret:
        _complete(where, {"auth.ak": access, "auth.sk": secret})
        security = _text(auth, "security_token")
        return AccessKey(
            SecretStr(access), SecretStr(secret), SecretStr(security) if security else None
        )
    token = _text(auth, "token")
    return Token(SecretStr(token)) if token else _password(auth, where)


def _password(auth: Mapping[str, Any], where: str) -> Password:
    username, user_id = _text(auth, "username"), _text(auth, "user_id")
    names = ("user_domain_name", "domain_name", "project_domain_name")
    ids = ("user_domain_id", "domain_id", "project_domain_id")
    domain_name, domain_id = _text(auth, *names), _text(auth, *ids)
    password = _text(auth, "password")
    needed = {"auth.username": username or user_id, "auth.password": password}
    if not user_id:
        needed["auth.user_domain_name"] = domain_name or domain_id
    _complete(where, needed)
    return Password(
        SecretStr(password),
        username=username,
        user_id=user_id,
        domain_name=domain_name,
        domain_id=domain_id,
    )


def _auth(config: Mapping[str, Any]) -> Mapping[str, Any]:
    auth = config.get("auth")
    return auth if isinstance(auth, Mapping) else {}


def _text(values: Mapping[str, Any], *keys: str) -> str:
    found = (values.get(key) for key in keys)
    return next((str(value).strip() for value in found if value not in (None, "")), "")


def _complete(where: str, needed: Mapping[str, str]) -> None:
    missing = [key for key, value in needed.items() if not value]
    if missing:
        raise SettingsError(f"{where} lacks {' and '.join(missing)}")
