"""Where a run works, as whom and how strictly, from everything that is set for it.

Credentials are one complete set from one source, never mixed (`sources`); an agency that they
assume is named beside them (`delegation`). What only says *where* may be completed from elsewhere,
the first that is set counts (`places`). Every name that is read is in `known_settings`, and what
other tools know and is not read is refused by name.

===========  ==============================================================================
cloud        config ``cloud``, ``FUNCTIONGRAPH_CLOUD``, else guessed from IAM's address, else from
             the region
endpoints    per service: config ``endpoints``, ``FUNCTIONGRAPH_ENDPOINTS`` (both JSON objects,
             service → address), ``HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>``; for IAM also the
             source of the credentials; ``HW_CLOUD`` is the domain of all
===========  ==============================================================================

``FUNCTIONGRAPH_PRECHECK``, ``FUNCTIONGRAPH_ON_CYCLE`` and ``FUNCTIONGRAPH_LIVE_GRAPH`` win over the
config, for one run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

import msgspec

from pulumi_functiongraph.cloud import addresses, options, places
from pulumi_functiongraph.cloud.auth import delegation, sources
from pulumi_functiongraph.cloud.auth.credentials import (
    UNSET,
    Credentials,
    CredentialSet,
    NamedValue,
    Password,
)
from pulumi_functiongraph.cloud.auth.credentials import problem_with as problem_with_credentials
from pulumi_functiongraph.cloud.endpoints import (
    Endpoints,
    vendor_overrides,
)
from pulumi_functiongraph.cloud.options import LiveGraphChoice, OnCycle, Precheck
from pulumi_functiongraph.cloud.unused_settings import Used, unused
from pulumi_functiongraph.core.clouds import Cloud, cloud_of
from pulumi_functiongraph.core.errors import NoCredentials, SettingsError

NeededSetting: TypeAlias = Literal["credentials", "region", "project_id"]

CONFIG_KEYS = (
    "region",
    "projectId",
    "domainId",
    "accessKey",
    "secretKey",
    "securityToken",
    "agencyName",
    "agencyDomainName",
    "agencyDomainId",
    "cloud",
    "endpoints",
    "precheck",
    "precheckTimeout",
    "onCycle",
    "liveGraph",
)
"""The keys of Pulumi config, in the namespace ``functiongraph``."""

SECRET_KEYS = ("accessKey", "secretKey", "securityToken")
"""Those of them that are kept as secrets in state, whoever forgot to mark them."""

_Choice = TypeVar("_Choice", bound=str)


class NamedAccount(msgspec.Struct, frozen=True):
    """The account that the credentials have to belong to, because somebody named it.

    Attributes:
        id: its id, where that was named.
        name: its name, where that was named.
    """

    id: NamedValue = UNSET
    name: NamedValue = UNSET

    def __bool__(self) -> bool:
        return bool(self.id or self.name)


class Settings(msgspec.Struct, frozen=True):
    """What is set for a run, checked; empty text where nothing is.

    Attributes:
        region: completes short function URNs.
        project_id: completes short function URNs.
        project_name: where a source gives that instead of the id.
        domain_id: the domain (account) that the credentials act in.
        named_account: the account that is to be the one of the credentials, and does not prove
            itself with them.
        cloud: ``None`` when nothing says which; a call to another region goes by that region
            unless the cloud was named.
        credentials: ``None`` when they were not needed.
        source: where the credentials came from, as the end of "credentials from …".
        named_by: what named region, project and agency: the attribute here → the name.
        notes: what is set and not used, since another source counts first.
        endpoints: the addresses of the services.
        precheck: what a failing pre-check does.
        precheck_timeout: seconds that the pre-check may take.
        on_cycle: what a notification cycle does.
        live_graph: whether live functions outside the program are looked at: all that can close a
            cycle, only what targets say of themselves, or none.
    """

    region: str = ""
    project_id: str = ""
    project_name: str = ""
    domain_id: str = ""
    named_account: NamedAccount = msgspec.field(default_factory=NamedAccount)
    cloud: Cloud | None = None
    credentials: Credentials | None = None
    source: str = ""
    named_by: Mapping[str, str] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    endpoints: Endpoints = msgspec.field(default_factory=Endpoints)
    precheck: Precheck = "enforce"
    precheck_timeout: float = options.DEFAULT_PRECHECK_TIMEOUT
    on_cycle: OnCycle = "error"
    live_graph: LiveGraphChoice = "on"

    def project_name_in(self, region: str) -> str:
        """The name of the project in a region: as it was named, else the region's own."""
        is_of_region = self.project_name.partition("_")[0] == region
        return self.project_name if is_of_region else region


def from_process(
    explicit: Mapping[str, str], *, needed: Iterable[NeededSetting] = ("credentials",)
) -> Settings:
    """`resolve` with this process's environment, home and current folder."""
    return resolve(explicit, os.environ, Path.home(), directory=Path.cwd(), needed=needed)


def resolve(
    explicit: Mapping[str, str],
    environ: Mapping[str, str],
    home: Path,
    *,
    directory: Path,
    needed: Iterable[NeededSetting] = ("credentials",),
) -> Settings:
    """Work the settings out of everything that is set.

    Args:
        explicit: Pulumi config, by the keys of ``CONFIG_KEYS`` without their namespace.
        environ: the environment.
        home: the home folder, for the files of other tools.
        directory: the current folder, where openstacksdk looks for clouds.yaml first.
        needed: what the run cannot do without; credentials are not looked for otherwise.

    Raises:
        NoCredentials: nothing is wrong but that there are none.
        SettingsError: all that is missing, incomplete, contradictory, not supported or not valid,
            at once.
    """
    problems: list[str] = []
    wanted = frozenset(needed)
    around = sources.Surroundings(explicit, environ, home, directory)
    found = _credentials(around, problems) if "credentials" in wanted else None
    agency = delegation.of_agency(around, found, problems) if found else None
    where = places.of_run(around, found, agency, problems)
    _refuse_what_is_no_id(where, problems)
    named = addresses.named_cloud(around, found, problems)
    overrides = addresses.overrides(around, found, problems)
    endpoints = Endpoints(named, overrides, vendor_overrides(environ))
    region = where.region.value
    account = _named_account(where, around, found, agency)
    notes: tuple[str, ...] = ()
    if found is not None and not problems:
        named_by = (account.name, account.id)
        used = Used(found, agency, where, named_by, endpoints)
        notes = tuple(unused(used, around))
    settings = Settings(
        region=region,
        project_id=where.project_id.value,
        project_name=where.project_name.value,
        domain_id=where.domain_id.value,
        named_account=account,
        cloud=named or (cloud_of(region) if region else None),
        credentials=agency.credentials if agency else (found.credentials if found else None),
        source=found.source if found else "",
        named_by={
            "region": where.region.by,
            "project": where.project_id.by or where.project_name.by,
            "agency": agency.by if agency else "",
        },
        notes=notes,
        endpoints=endpoints,
        precheck=_strictness(around, "precheck", options.PRECHECK, problems),
        precheck_timeout=options.seconds(
            "functiongraph:precheckTimeout",
            around.config("precheckTimeout").value,
            problems,
            default=options.DEFAULT_PRECHECK_TIMEOUT,
        ),
        on_cycle=_strictness(around, "onCycle", options.ON_CYCLE, problems),
        live_graph=_strictness(around, "liveGraph", options.LIVE_GRAPH, problems),
    )
    if "region" in wanted and not region:
        problems.append(_MISSING_REGION)
    if "project_id" in wanted and not settings.project_id:
        problems.append(_MISSING_PROJECT)
    if problems == [sources.NO_CREDENTIALS]:
        raise NoCredentials(sources.NO_CREDENTIALS)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_MISSING_REGION = (
    "no region: pulumi config set functiongraph:region <region>, or set FUNCTIONGRAPH_REGION, "
    "HW_REGION_NAME or OS_REGION_NAME"
)
_MISSING_PROJECT = (
    "no project id: pulumi config set functiongraph:projectId <id>, or set "
    "FUNCTIONGRAPH_PROJECT_ID, HUAWEICLOUD_SDK_PROJECT_ID, HW_PROJECT_ID or OS_PROJECT_ID"
)


def _credentials(around: sources.Surroundings, problems: list[str]) -> CredentialSet | None:
    try:
        found = sources.chosen(around)
    except SettingsError as error:
        problems.append(str(error))
        return None
    if wrong := problem_with_credentials(found.credentials):
        problems.append(f"of the credentials from {found.source}, {wrong}")
    return found


def _refuse_what_is_no_id(where: places.Places, problems: list[str]) -> None:
    for key, setting in (
        ("region", where.region),
        ("projectId", where.project_id),
        ("domainId", where.domain_id),
    ):
        if setting and not _ID.match(setting.value):
            problems.append(f"{key} is not an id: letters, digits, '-', '_' and '.' make one")


def _named_account(
    where: places.Places,
    around: sources.Surroundings,
    found: CredentialSet | None,
    agency: delegation.Delegation | None,
) -> NamedAccount:
    """The account to compare the credentials' own with, unless its user's name proves it."""
    if found is None:
        return NamedAccount()
    own = found.credentials
    by_id, by_name = where.domain_id, where.domain_name
    if agency is not None:
        by_id, by_name = places.own_account(around, found)
    if isinstance(own, Password) and not own.user_id:
        is_proven = by_id.value in ("", own.domain_id) and by_name.value in ("", own.domain_name)
        if is_proven:
            return NamedAccount()
    return NamedAccount(by_id, by_name)


def _strictness(
    around: sources.Surroundings, key: str, allowed: tuple[_Choice, ...], problems: list[str]
) -> _Choice:
    """An option whose variable wins over the config; the first value is its default."""
    variable = "FUNCTIONGRAPH_" + "".join(f"_{c}" if c.isupper() else c for c in key).upper()
    values = [around.variable(variable), around.config(key)]
    return options.choice(values, allowed, problems) or allowed[0]
