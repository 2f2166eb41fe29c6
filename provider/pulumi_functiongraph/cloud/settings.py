"""Settings: where to work, as whom, and how strictly, from everything that a run is told.

Credentials are one complete set from one source, never mixed: Pulumi config
(``functiongraph:accessKey``…), then the environment, then the vendor SDK's credentials file, then
clouds.yaml. What only says *where* may be completed from elsewhere, the first that is set counts:

===========  ==============================================================================
region       config ``region``, ``FUNCTIONGRAPH_REGION``, the source of the credentials,
             ``HW_REGION_NAME``, ``OS_REGION_NAME``, ``OS_REGION``, ``OTC_SDK_REGION``
project id   config ``projectId``, ``FUNCTIONGRAPH_PROJECT_ID``, the source of the credentials,
             ``HUAWEICLOUD_SDK_PROJECT_ID``, ``HW_PROJECT_ID``, ``OS_PROJECT_ID``,
             ``OS_TENANT_ID``, ``OTC_SDK_PROJECTID``
domain id    config ``domainId``, ``FUNCTIONGRAPH_DOMAIN_ID``, the source of the credentials,
             ``HUAWEICLOUD_SDK_DOMAIN_ID``, ``HW_DOMAIN_ID``, ``OS_USER_DOMAIN_ID``,
             ``OS_DOMAIN_ID``, ``OS_PROJECT_DOMAIN_ID``
cloud        config ``cloud``, ``FUNCTIONGRAPH_CLOUD``, else guessed from IAM's address, else from
             the region
endpoints    per service: config ``endpoints``, ``FUNCTIONGRAPH_ENDPOINTS`` (both JSON objects,
             service → address), ``HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>``; for IAM also the
             source of the credentials
===========  ==============================================================================

``FUNCTIONGRAPH_PRECHECK``, ``FUNCTIONGRAPH_ON_CYCLE`` and ``FUNCTIONGRAPH_LIVE_GRAPH`` win over the
config, for one run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from pulumi_functiongraph.cloud import credential_files, environment, options
from pulumi_functiongraph.cloud.credentials import AccessKey, Credentials, CredentialSet
from pulumi_functiongraph.cloud.credentials import problem_with as problem_with_credentials
from pulumi_functiongraph.cloud.endpoints import Endpoints, problem_with, vendor_overrides
from pulumi_functiongraph.cloud.options import LiveGraph, OnCycle, Precheck
from pulumi_functiongraph.core.clouds import Cloud, cloud_of
from pulumi_functiongraph.core.errors import SettingsError

Need: TypeAlias = Literal["credentials", "region", "project_id"]

CONFIG_KEYS = (
    "region",
    "projectId",
    "domainId",
    "accessKey",
    "secretKey",
    "securityToken",
    "cloud",
    "endpoints",
    "precheck",
    "precheckTimeout",
    "onCycle",
    "liveGraph",
)
"""The keys of Pulumi config, in the namespace ``functiongraph``."""

_Choice = TypeVar("_Choice", bound=str)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was told, checked; empty text where nothing was said.

    Attributes:
        region: completes short function URNs.
        project_id: completes short function URNs.
        project_name: where a source gives that instead of the id.
        domain_id: the domain (account) of the credentials.
        cloud: ``None`` when nothing says which; a call to another region goes by that region
            unless the cloud was named.
        credentials: ``None`` when they were not needed.
        source: where the credentials came from, as the end of "credentials from …".
        endpoints: the addresses of the services.
        precheck: what a failing pre-check does.
        precheck_timeout: seconds that the pre-check may take.
        on_cycle: what a notification cycle does.
        live_graph: whether live functions outside the program are looked at.
    """

    region: str = ""
    project_id: str = ""
    project_name: str = ""
    domain_id: str = ""
    cloud: Cloud | None = None
    credentials: Credentials | None = None
    source: str = ""
    endpoints: Endpoints = field(default_factory=Endpoints)
    precheck: Precheck = "enforce"
    precheck_timeout: float = options.DEFAULT_PRECHECK_TIMEOUT
    on_cycle: OnCycle = "error"
    live_graph: LiveGraph = "on"


def from_process(
    explicit: Mapping[str, str], *, needed: Iterable[Need] = ("credentials",)
) -> Settings:
    """`resolve` with this process's environment, home and current folder."""
    return resolve(explicit, os.environ, Path.home(), directory=Path.cwd(), needed=needed)


def resolve(
    explicit: Mapping[str, str],
    environ: Mapping[str, str],
    home: Path,
    *,
    directory: Path,
    needed: Iterable[Need] = ("credentials",),
) -> Settings:
    """Work the settings out of everything that was said.

    Args:
        explicit: Pulumi config, by the keys of ``CONFIG_KEYS`` without their namespace.
        environ: the environment.
        home: the home folder, for the files of the vendor's SDK and of openstacksdk.
        directory: the current folder, where openstacksdk looks for clouds.yaml first.
        needed: what the run cannot do without; credentials are not looked for otherwise.

    Raises:
        SettingsError: all that is missing, incomplete or not valid, at once.
    """
    problems: list[str] = []
    wanted = frozenset(needed)
    found = (
        _credentials(explicit, environ, home, directory, problems)
        if ("credentials" in wanted)
        else None
    )
    region = explicit.get("region", "").strip() or _place(environ, found, "region")
    project_id = explicit.get("projectId", "").strip() or _place(environ, found, "project_id")
    domain_id = explicit.get("domainId", "").strip() or _place(environ, found, "domain_id")
    for key, value in (("region", region), ("projectId", project_id), ("domainId", domain_id)):
        if value and not _ID.match(value):
            problems.append(f"{key} is not an id: letters, digits, '-', '_' and '.' make one")
    named = _named_cloud(explicit, environ, found, problems)
    endpoints = Endpoints(
        named, _overrides(explicit, environ, found, problems), vendor_overrides(environ)
    )
    settings = Settings(
        region=region,
        project_id=project_id,
        project_name=found.project_name if found else "",
        domain_id=domain_id,
        cloud=named or (cloud_of(region) if region else None),
        credentials=found.credentials if found else None,
        source=found.source if found else "",
        endpoints=endpoints,
        precheck=_strictness(explicit, environ, "precheck", options.PRECHECK, problems),
        precheck_timeout=options.seconds(
            "functiongraph:precheckTimeout",
            explicit.get("precheckTimeout", ""),
            problems,
            default=options.DEFAULT_PRECHECK_TIMEOUT,
        ),
        on_cycle=_strictness(explicit, environ, "onCycle", options.ON_CYCLE, problems),
        live_graph=_strictness(explicit, environ, "liveGraph", options.LIVE_GRAPH, problems),
    )
    if "region" in wanted and not region:
        problems.append(_MISSING_REGION)
    if "project_id" in wanted and not project_id:
        problems.append(_MISSING_PROJECT)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_MISSING_CREDENTIALS = (
    "no credentials: set functiongraph:accessKey and functiongraph:secretKey (pulumi config set "
    "--secret), or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or HW_ACCESS_KEY and HW_SECRET_KEY, "
    "or OS_ACCESS_KEY and OS_SECRET_KEY, or OS_USERNAME, OS_PASSWORD and OS_USER_DOMAIN_NAME, or "
    "OTC_SDK_AK and OTC_SDK_SK, or OS_CLOUD with a clouds.yaml, or write the file "
    "~/.huaweicloud/credentials"
)
_MISSING_REGION = (
    "no region: pulumi config set functiongraph:region <region>, or set FUNCTIONGRAPH_REGION, "
    "HW_REGION_NAME or OS_REGION_NAME"
)
_MISSING_PROJECT = (
    "no project id: pulumi config set functiongraph:projectId <id>, or set "
    "FUNCTIONGRAPH_PROJECT_ID, HUAWEICLOUD_SDK_PROJECT_ID, HW_PROJECT_ID or OS_PROJECT_ID"
)


def _credentials(
    explicit: Mapping[str, str],
    environ: Mapping[str, str],
    home: Path,
    directory: Path,
    problems: list[str],
) -> CredentialSet | None:
    try:
        found = _first_source(explicit, environ, home, directory)
    except SettingsError as error:
        problems.append(str(error))
        return None
    if found is None:
        problems.append(_MISSING_CREDENTIALS)
    elif wrong := problem_with_credentials(found.credentials):
        problems.append(f"of the credentials from {found.source}, {wrong}")
    return found


def _first_source(
    explicit: Mapping[str, str], environ: Mapping[str, str], home: Path, directory: Path
) -> CredentialSet | None:
    found = _of_config(explicit)
    if found is not None:
        return found
    for family in environment.FAMILIES:
        cloud = environ.get(environment.OS_CLOUD, "").strip()
        if family.title == "OS_*" and cloud:
            return credential_files.clouds_yaml(environ, home, directory, name=cloud)
        found = environment.credentials_from(environ, family)
        if found is not None:
            return found
    return credential_files.vendor_file(environ, home) or credential_files.clouds_yaml(
        environ, home, directory, name=None
    )


def _of_config(explicit: Mapping[str, str]) -> CredentialSet | None:
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
    credentials = AccessKey(
        SecretStr(access), SecretStr(secret), SecretStr(security) if security else None
    )
    return CredentialSet(credentials, "Pulumi config (functiongraph:accessKey)")


def _place(environ: Mapping[str, str], found: CredentialSet | None, attribute: str) -> str:
    ours = environ.get(f"FUNCTIONGRAPH_{attribute.upper()}", "").strip()
    of_source = getattr(found, attribute) if found else ""
    others = (environment.first(environ, getattr(each, attribute)) for each in environment.FAMILIES)
    return ours or of_source or next(filter(None, others), "")


def _named_cloud(
    explicit: Mapping[str, str],
    environ: Mapping[str, str],
    found: CredentialSet | None,
    problems: list[str],
) -> Cloud | None:
    """The cloud that somebody named, or that IAM's address shows."""
    said = {
        "functiongraph:cloud": explicit.get("cloud", ""),
        "FUNCTIONGRAPH_CLOUD": environ.get("FUNCTIONGRAPH_CLOUD", ""),
    }
    named = options.choice(said, options.CLOUDS, problems)
    if named is not None:
        return named
    host = (urlsplit(found.iam_endpoint).hostname or "") if found else ""
    if host.endswith(".t-systems.com"):
        return "otc"
    return "huawei" if host.endswith((".myhuaweicloud.com", ".myhuaweicloud.eu")) else None


def _overrides(
    explicit: Mapping[str, str],
    environ: Mapping[str, str],
    found: CredentialSet | None,
    problems: list[str],
) -> dict[str, str]:
    name = "FUNCTIONGRAPH_ENDPOINTS"
    of_run = options.addresses(name, environ.get(name, ""), problems)
    of_config = options.addresses(
        "functiongraph:endpoints", explicit.get("endpoints", ""), problems
    )
    of_source = {"iam": found.iam_endpoint} if found and found.iam_endpoint else {}
    if found and of_source and (wrong := problem_with(found.iam_endpoint)):
        problems.append(f"the address of IAM that comes with {found.source} {wrong}")
    return {**of_source, **of_run, **of_config}


def _strictness(
    explicit: Mapping[str, str],
    environ: Mapping[str, str],
    key: str,
    allowed: tuple[_Choice, ...],
    problems: list[str],
) -> _Choice:
    """An option whose variable wins over the config; the first value is its default."""
    variable = "FUNCTIONGRAPH_" + "".join(f"_{c}" if c.isupper() else c for c in key).upper()
    said = {variable: environ.get(variable, ""), f"functiongraph:{key}": explicit.get(key, "")}
    return options.choice(said, allowed, problems) or allowed[0]
