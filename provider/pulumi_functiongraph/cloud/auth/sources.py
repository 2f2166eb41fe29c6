"""The sources of credentials; the first that has a set gives the whole of it.

Pulumi config, then the environment by families of names, then the vendor SDK's credentials file,
then clouds.yaml. A family may name a file in place of credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from pulumi_functiongraph.cloud.auth import credential_files, environment, koocli_profiles
from pulumi_functiongraph.cloud.auth.clouds_yaml import clouds_yaml
from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    CredentialSet,
    NamedValue,
    first_set,
)
from pulumi_functiongraph.cloud.auth.known_settings import FAMILIES, HW, LAST_RESORTS, OS
from pulumi_functiongraph.core.errors import SettingsError

CONFIG_SOURCE = "Pulumi config (functiongraph:accessKey)"

NO_CREDENTIALS = (
    "no credentials: set functiongraph:accessKey and functiongraph:secretKey (pulumi config set "
    "--secret), or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or HW_ACCESS_KEY and HW_SECRET_KEY, "
    "or HW_PROFILE with a profile of KooCLI, or OS_ACCESS_KEY and OS_SECRET_KEY, or OS_USERNAME, "
    "OS_PASSWORD and OS_USER_DOMAIN_NAME, or OTC_SDK_AK and OTC_SDK_SK, or OS_CLOUD with a "
    "clouds.yaml, or write the file ~/.huaweicloud/credentials; or, without a cloud, start a "
    "local one with fgctl emulator, and export what it prints"
)


class Surroundings(msgspec.Struct, frozen=True):
    """What a process has around it; Pulumi config is `explicit`, its keys without namespace."""

    explicit: Mapping[str, str]
    environ: Mapping[str, str]
    home: Path
    directory: Path

    def config(self, key: str) -> NamedValue:
        """What Pulumi config sets."""
        return NamedValue(self.explicit.get(key, "").strip(), f"functiongraph:{key}")

    def variable(self, name: str) -> NamedValue:
        """What a variable of the environment sets."""
        return NamedValue(self.environ.get(name, "").strip(), name)


def chosen(around: Surroundings) -> CredentialSet:
    """The credentials of the first source that has some.

    Raises:
        SettingsError: there are none, they are not complete, or what is set is not supported.
    """
    found = of_config(around.explicit) or _of_environment(around) or _of_files(around)
    if found is not None:
        return found
    problems = [
        line for family in LAST_RESORTS for line in environment.refusals(around.environ, family, "")
    ]
    raise SettingsError("\n".join(problems) or NO_CREDENTIALS)


def of_config(explicit: Mapping[str, str]) -> CredentialSet | None:
    """The credentials of Pulumi config.

    Raises:
        SettingsError: they are not complete.
    """
    keys = ("accessKey", "secretKey", "securityToken")
    access, secret, security = (explicit.get(key, "").strip() for key in keys)
    if not (access or secret or security):
        return None
    missing = [key for key, value in zip(keys, (access, secret), strict=False) if not value]
    if missing:
        commands = [f"pulumi config set --secret functiongraph:{key} <value>" for key in missing]
        raise SettingsError(
            f"the credentials in Pulumi config are not complete: {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing; {'; '.join(commands)}"
        )
    return CredentialSet(AccessKey.of(access, secret, security), CONFIG_SOURCE)


def _of_environment(around: Surroundings) -> CredentialSet | None:
    found = (_of_family(around, family) for family in FAMILIES)
    return next(filter(None, found), None)


def _of_family(around: Surroundings, family: str) -> CredentialSet | None:
    environ = around.environ
    if family == HW and koocli_profiles.is_named(environ):
        found: CredentialSet | None = koocli_profiles.profile(environ, around.home)
    elif environment.is_of_clouds_yaml(environ, family):
        found = _cloud(around, environ[environment.OS_CLOUD].strip())
    else:
        return environment.credentials_from(environ, family)
    kind = type(found.credentials).__name__ if found else ""
    problems = list(environment.refusals(environ, family, kind))
    if problems:
        raise SettingsError("\n".join(problems))
    return found


def _of_files(around: Surroundings) -> CredentialSet | None:
    return credential_files.vendor_file(around.environ, around.home) or _cloud(around, None)


def _cloud(around: Surroundings, name: str | None) -> CredentialSet | None:
    region = first_set(
        [
            around.config("region"),
            around.variable("FUNCTIONGRAPH_REGION"),
            environment.value_of(around.environ, OS, "region"),
        ]
    )
    return clouds_yaml(
        around.environ, around.home, around.directory, name=name, region=region.value
    )
