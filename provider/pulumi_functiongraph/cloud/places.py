"""Where a run works: its region, project and account, and which source names them.

The first that is set counts: Pulumi config, ``FUNCTIONGRAPH_*``, the source of the credentials,
then the variables of other tools. A project is one thing, whether it is named by id or by name.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pulumi_functiongraph.cloud.auth import environment
from pulumi_functiongraph.cloud.auth.credentials import UNSET, CredentialSet, NamedValue, first_set
from pulumi_functiongraph.cloud.auth.delegation import Delegation
from pulumi_functiongraph.cloud.auth.known_settings import FAMILIES, OURS, SettingPart
from pulumi_functiongraph.cloud.auth.sources import Surroundings


class Places(msgspec.Struct, frozen=True):
    """Where a run works.

    Attributes:
        region: the region.
        project_id: the project by id.
        project_name: the project by name, where nothing says the id.
        domain_id: the account that the credentials act in, by id.
        domain_name: the account that the credentials are to belong to, by name.
    """

    region: NamedValue = UNSET
    project_id: NamedValue = UNSET
    project_name: NamedValue = UNSET
    domain_id: NamedValue = UNSET
    domain_name: NamedValue = UNSET


def of_run(
    around: Surroundings,
    found: CredentialSet | None,
    delegation: Delegation | None,
    problems: list[str],
) -> Places:
    """Where a run works, by all that says so.

    Args:
        around: Pulumi config and the environment.
        found: the credentials, ``None`` where none were looked for.
        delegation: the agency that is assumed.
        problems: receives contradictions that leave no way to tell.
    """
    project_id, project_name = _project(around, found, delegation)
    region = first_set(
        [
            _ours(around, "region", "region"),
            found.region if found else UNSET,
            *_others(around, "region"),
        ]
    )
    of_name = project_name.value.partition("_")[0]
    if of_name and not region:
        # IAM API reference, "Creating a Project": the name begins with the region's id.
        region = NamedValue(of_name, project_name.by)
    elif of_name and of_name != region.value:
        problems.append(
            f"{project_name.by} names the project {project_name.value}, which is one of region "
            f"{of_name}, and {region.by} says region {region.value}: fix one of the two"
        )
    domain_id, domain_name = _domain(around, found, delegation, problems)
    return Places(region, project_id, project_name, domain_id, domain_name)


def _ours(around: Surroundings, key: str, part: SettingPart) -> NamedValue:
    return around.config(key) or environment.value_of(around.environ, OURS, part)


def _others(around: Surroundings, part: SettingPart) -> Iterator[NamedValue]:
    for family in FAMILIES:
        yield environment.value_of(around.environ, family, part)


def _project(
    around: Surroundings, found: CredentialSet | None, delegation: Delegation | None
) -> tuple[NamedValue, NamedValue]:
    """The id, else the name, of the first source that gives either."""
    ways = [(_ours(around, "projectId", "project_id"), UNSET)]
    if delegation is not None:
        ways.append((delegation.project_id, delegation.project_name))
    else:
        if found is not None:
            ways.append((found.project_id, found.project_name))
        ways += zip(_others(around, "project_id"), _others(around, "project_name"), strict=True)
    project_id, name = next((way for way in ways if any(way)), (UNSET, UNSET))
    return (project_id, UNSET) if project_id else (UNSET, name)


def _domain(
    around: Surroundings,
    found: CredentialSet | None,
    delegation: Delegation | None,
    problems: list[str],
) -> tuple[NamedValue, NamedValue]:
    """The account that the credentials act in: the agency's, where one is assumed."""
    ours = _ours(around, "domainId", "domain_id")
    if delegation is not None:
        of_agency = NamedValue(delegation.credentials.domain_id, delegation.by)
        if ours and of_agency and ours.value != of_agency.value:
            problems.append(f"{ours.by} names another account than that of the agency")
        return ours or of_agency, UNSET
    return own_account(around, found, ours)


def own_account(
    around: Surroundings, found: CredentialSet | None, ours: NamedValue = UNSET
) -> tuple[NamedValue, NamedValue]:
    """The account that the credentials are to belong to, by id and by name.

    Args:
        around: names it where neither our own words nor the source do.
        found: the credentials.
        ours: the id in our own words.
    """
    by_id = ours or (found.domain_id if found else UNSET)
    by_name = found.domain_name if found else UNSET
    if by_id or by_name:
        return by_id, by_name
    return first_set(_others(around, "domain_id")), first_set(_others(around, "domain_name"))
