"""Which agency a run acts for, and in which project of the agency's account.

An agency goes with the credentials that assume it. One that the environment names goes with
credentials of the environment and of files, not with those of Pulumi config, which names its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pulumi_functiongraph.cloud.auth import environment
from pulumi_functiongraph.cloud.auth.credentials import (
    UNSET,
    AssumedAgency,
    CredentialSet,
    NamedAgency,
    NamedValue,
    first_set,
)
from pulumi_functiongraph.cloud.auth.known_settings import HW, OS
from pulumi_functiongraph.cloud.auth.sources import CONFIG_SOURCE, Surroundings

SHORTEST, LONGEST = 900, 86_400
"""Seconds; IAM API reference, "Obtaining a Temporary Access Key and Security Token"."""

DURATION = 3_600
"""Seconds that a key of the agency is asked to live, unless something else is set."""

_BOTH = "an agency is assumed by its name and its account: set {}, or unset {}"


class Delegation(msgspec.Struct, frozen=True):
    """The agency, what named it, and the project of its account, where that is named."""

    credentials: AssumedAgency
    by: str
    project_id: NamedValue
    project_name: NamedValue


def of_agency(around: Surroundings, found: CredentialSet, problems: list[str]) -> Delegation | None:
    """The agency to assume with credentials, ``None`` when none is named.

    `problems` receives what is incomplete, contradicts itself, or cannot be decided.
    """
    named = list(_named(around, found))
    agency = _one(named, problems)
    if not agency.is_named:
        if place := agency.project_id or agency.project_name:
            problems.append(
                f"{place.by} names a project of an agency's account, and no agency is named: set "
                "OS_AGENCY_NAME and OS_AGENCY_DOMAIN_NAME, or unset it"
            )
        return None
    if found.source == CONFIG_SOURCE and not around.config("agencyName"):
        problems.append(
            f"{agency.name.by or agency.domain_name.by} names an agency to assume, and the "
            "credentials are those of Pulumi config, which has to name it itself: pulumi config "
            "set functiongraph:agencyName and functiongraph:agencyDomainName, or unset the variable"
        )
    if not agency.name:
        whose = agency.domain_name.by or agency.domain_id.by
        problems.append(f"{whose} is set: {_BOTH.format(_name_of(agency), 'it')}")
    elif not (agency.domain_name or agency.domain_id):
        problems.append(f"{agency.name.by} is set: {_BOTH.format(_account_of(agency), 'it')}")
    credentials = AssumedAgency(
        found.credentials,
        agency.name.value,
        domain_name="" if agency.domain_id else agency.domain_name.value,
        domain_id=agency.domain_id.value,
        duration=_duration(agency.duration, problems),
    )
    project_id, project_name = _project(agency, found, problems)
    return Delegation(credentials, agency.name.by, project_id, project_name)


def _named(around: Surroundings, found: CredentialSet) -> Iterator[NamedAgency]:
    keys = ("agencyName", "agencyDomainName", "agencyDomainId")
    yield NamedAgency(*map(around.config, keys))
    yield found.agency
    yield environment.agency_from(around.environ, HW)
    yield environment.agency_from(around.environ, OS)


def _one(named: list[NamedAgency], problems: list[str]) -> NamedAgency:
    """The parts of all that name an agency; each part once."""
    parts: dict[str, NamedValue] = {}
    for part in ("name", "domain_name", "domain_id", "project_name", "project_id", "duration"):
        found = {each.value: each.by for agency in named if (each := getattr(agency, part))}
        if len(found) > 1:
            problems.append(
                f"{' and '.join(found.values())} differ, and a run acts for one agency in one "
                "project: unset all but one"
            )
        parts[part] = first_set(getattr(agency, part) for agency in named)
    return NamedAgency(**parts)


def _name_of(agency: NamedAgency) -> str:
    by = (agency.domain_name or agency.domain_id).by
    if by.startswith("HW_"):
        return "HW_ASSUME_ROLE_AGENCY_NAME"
    return "functiongraph:agencyName" if by.startswith("functiongraph:") else "OS_AGENCY_NAME"


def _account_of(agency: NamedAgency) -> str:
    if agency.name.by.startswith("HW_"):
        return "HW_ASSUME_ROLE_DOMAIN_NAME or HW_ASSUME_ROLE_DOMAIN_ID"
    if agency.name.by.startswith("functiongraph:"):
        return "functiongraph:agencyDomainName or functiongraph:agencyDomainId"
    return "OS_AGENCY_DOMAIN_NAME or OS_TARGET_DOMAIN_ID"


def _duration(given: NamedValue, problems: list[str]) -> int:
    if not given:
        return DURATION
    if given.value.isdecimal() and SHORTEST <= int(given.value) <= LONGEST:
        return int(given.value)
    problems.append(f"{given.by} is {given.value}; allowed: {SHORTEST:,} to {LONGEST:,} seconds")
    return SHORTEST


def _project(
    agency: NamedAgency, found: CredentialSet, problems: list[str]
) -> tuple[NamedValue, NamedValue]:
    """The project of the agency's account.

    Terraform's provider of Huawei Cloud takes ``project_id`` and ``project_name`` for it where the
    agency is one of ``assume_role``; where it is one of ``agency_name``, these are of the caller.
    """
    if agency.project_id or agency.project_name:
        return agency.project_id, agency.project_name
    if agency.name.by.startswith(("HW_", "agencyName of ")):
        return found.project_id, found.project_name
    own = found.project_id or found.project_name
    region = found.region.value or found.project_name.value.partition("_")[0]
    if own and found.project_name.value != region:
        problems.append(
            f"{own.by} is a project of the caller's account, and nothing names the one of the "
            f"agency's account: set OS_DELEGATED_PROJECT to its name, such as the region, or "
            "functiongraph:projectId to its id"
        )
    return UNSET, UNSET
