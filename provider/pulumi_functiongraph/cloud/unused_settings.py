"""Names of place and identity that are set and not used, since another source counts first.

Every name that is read from the environment is compared with what a run works with. One that agrees
is not reported; nor is one that says nothing by itself, such as the type of authentication. What is
secret is compared and never shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import groupby

import msgspec
from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.credentials import (
    CredentialSet,
    NamedValue,
    Password,
    first_set,
    without_version,
)
from pulumi_functiongraph.cloud.auth.delegation import Delegation
from pulumi_functiongraph.cloud.auth.known_settings import (
    FAMILIES,
    HW,
    OURS,
    VARIABLES,
    KnownSetting,
    SettingPart,
)
from pulumi_functiongraph.cloud.auth.sources import Surroundings
from pulumi_functiongraph.cloud.endpoints import SERVICES, Endpoints, Service
from pulumi_functiongraph.cloud.places import Places
from pulumi_functiongraph.core.one_line import on_one_line

_OF_A_USER = frozenset(
    {"access_key", "secret_key", "security_token", "token", "username", "user_id", "password"}
)


class Used(msgspec.Struct, frozen=True):
    """What a run works with.

    Attributes:
        credentials: the set.
        delegation: the agency that is assumed.
        where: the places.
        account: what names the account of the credentials.
        endpoints: the addresses of the services.
    """

    credentials: CredentialSet
    delegation: Delegation | None
    where: Places
    account: tuple[NamedValue, ...]
    endpoints: Endpoints


def unused(used: Used, around: Surroundings) -> Iterator[str]:
    """What is set and not used, a line each.

    Args:
        used: what a run works with.
        around: Pulumi config and the environment.
    """
    read = [
        (entry, value)
        for entry in VARIABLES
        if entry.group in (OURS, *FAMILIES) and (value := around.variable(entry.name).value)
    ]
    for notes in (
        _identities(used, read),
        _accounts(used, read),
        _regions(used, read),
        _projects(used, read),
        _addresses(used, around.environ, read),
        _cloud(around),
    ):
        yield from map(on_one_line, notes)


_SetNames = list[tuple[KnownSetting, str]]


def _values(read: _SetNames, *parts: SettingPart) -> list[NamedValue]:
    return [NamedValue(value, entry.name) for entry, value in read if entry.part in parts]


def _identities(used: Used, read: _SetNames) -> Iterator[str]:
    found = used.credentials
    held = _held(found)
    losing = [
        (entry.group, f"{entry.name} ({value})" if entry.part == "file" else entry.name)
        for entry, value in read
        if entry.name not in found.names
        and (
            (entry.part in _OF_A_USER and held.get(entry.part) != value)
            or (entry.part == "file" and entry.decides == "identity")
            or _is_refused(entry, value, found)
        )
    ]
    for _, names in groupby(losing, key=lambda each: each[0]):
        listed = [name for _, name in names]
        says, is_ = ("says", "is") if len(listed) == 1 else ("say", "are")
        yield (
            f"{_joined(listed)} {says} as whom, and {is_} not used: the credentials from "
            f"{found.source} count first"
        )


def _is_refused(entry: KnownSetting, value: str, found: CredentialSet) -> bool:
    """Whether a name is not supported, and belongs to another source than that of the run."""
    is_meant = entry.handling == "refused" and not entry.beside
    return is_meant and entry.group != found.family and value.lower() not in entry.harmless


def _held(found: CredentialSet) -> Mapping[str, str]:
    """By part, what the credentials hold."""
    own = found.credentials
    values = {name: getattr(own, name, None) for name in _OF_A_USER}
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in values.items()
        if value
    }


def _accounts(used: Used, read: _SetNames) -> Iterator[str]:
    found, where, agency = used.credentials, used.where, used.delegation
    own = found.credentials
    known = {given.value for given in (*used.account, where.domain_id, where.domain_name)}
    if isinstance(own, Password):
        known |= {own.domain_name, own.domain_id}
    if agency is not None:
        known |= {agency.credentials.domain_name, agency.credentials.domain_id}
    first = first_set([*used.account, where.domain_name, where.domain_id])
    for other in _others(found, "domain_id", "domain_name", read=read):
        if other.value not in known:
            counts = (
                f"{first.by} names account {first.value}, and counts first"
                if first
                else f"the account is that of the credentials from {found.source}"
            )
            yield f"{other.by} names account {other.value}, which is not used: {counts}"


def _regions(used: Used, read: _SetNames) -> Iterator[str]:
    chosen = used.where.region
    for other in _others(used.credentials, "region", read=read):
        if chosen and other.value != chosen.value:
            yield (
                f"{other.by} names region {other.value}, which is not used: {chosen.by} names "
                f"region {chosen.value}, and counts first"
            )


def _others(found: CredentialSet, *parts: SettingPart, read: _SetNames) -> Iterator[NamedValue]:
    """What the source and the environment say, each name once."""
    of_source = [getattr(found, part) for part in parts]
    yield from dict.fromkeys(given for given in (*of_source, *_values(read, *parts)) if given)


def _projects(used: Used, read: _SetNames) -> Iterator[str]:
    """A source that names its project both ways names one, and the way of the one that is used."""
    where, found = used.where, used.credentials
    chosen = where.project_id or where.project_name
    counts = (
        f"{chosen.by} names project {chosen.value}, and counts first"
        if chosen
        else "the project is the agency's own in the region"
    )
    if not chosen and used.delegation is None:
        return
    for ids, names in _ways(found, read, is_delegated=used.delegation is not None):
        same, other = (ids, names) if where.project_id else (names, ids)
        for given in same or other:
            if given.by != chosen.by and (not same or given.value != chosen.value):
                yield f"{given.by} names project {given.value}, which is not used: {counts}"


def _ways(
    found: CredentialSet, read: _SetNames, *, is_delegated: bool
) -> Iterator[tuple[list[NamedValue], list[NamedValue]]]:
    """By source, the ids and the names of projects; a caller's own is no project of an agency."""
    of_source = {found.project_id.by, found.project_name.by}
    is_file = not of_source & {entry.name for entry in VARIABLES}
    if is_file and not is_delegated:
        yield (
            [each for each in [found.project_id] if each],
            [each for each in [found.project_name] if each],
        )
    for group in (OURS, *FAMILIES):
        if is_delegated and group == found.family and not is_file:
            continue
        of_group = [(entry, value) for entry, value in read if entry.group == group]
        yield _values(of_group, "project_id"), _values(of_group, "project_name")


def _addresses(used: Used, environ: Mapping[str, str], read: _SetNames) -> Iterator[str]:
    region = used.where.region.value
    if not region:
        return
    found: dict[str, dict[Service, str]] = {}
    for by, service, address in _named_addresses(used, environ, read, region):
        url = used.endpoints.url(service, region=region)
        if address.replace("{region}", region).rstrip("/") != url:
            found.setdefault(by, {})[service] = url
    for by, urls in found.items():
        # Nobody has looked whether the address that is not used is one, or holds a password.
        used_ones = list(dict.fromkeys(urls.values()))
        yield (
            f"{by} names another address of {_joined(list(urls))}, which is not used: "
            f"{_joined(used_ones)} {'is' if len(used_ones) == 1 else 'are'}"
        )


def _named_addresses(
    used: Used, environ: Mapping[str, str], read: _SetNames, region: str
) -> Iterator[tuple[str, Service, str]]:
    found = used.credentials
    if found.iam_endpoint and not found.source.startswith("the environment"):
        yield found.source, "iam", found.iam_endpoint
    for given in _values(read, "auth_url"):
        yield given.by, "iam", without_version(given.value)
    for entry, value in read:
        if entry.group == HW and entry.part == "endpoint":
            for service in SERVICES:
                yield entry.name, service, f"https://{service}.{region}.{value}"
    for service in SERVICES:
        name = f"HUAWEICLOUD_SDK_REGION_{service}_{region}".replace("-", "_").upper()
        if address := environ.get(name, "").split(",")[0].strip():
            yield name, service, address
    name = "FUNCTIONGRAPH_ENDPOINTS"
    with suppress(ValueError):
        given = json.loads(environ.get(name, "").strip() or "{}")
        for service in SERVICES:
            if service in given:
                yield name, service, given[service]


def _cloud(around: Surroundings) -> Iterator[str]:
    of_config, of_run = around.config("cloud"), around.variable("FUNCTIONGRAPH_CLOUD")
    if of_config and of_run and of_config.value != of_run.value:
        yield (
            f"{of_run.by} names cloud {of_run.value}, which is not used: {of_config.by} names "
            f"cloud {of_config.value}, and counts first"
        )


def _joined(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
