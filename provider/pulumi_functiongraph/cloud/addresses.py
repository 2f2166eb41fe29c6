"""Which cloud and which addresses of services are set for a run."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from pulumi_functiongraph.cloud import options
from pulumi_functiongraph.cloud.auth.credentials import CredentialSet, NamedValue
from pulumi_functiongraph.cloud.auth.sources import Surroundings
from pulumi_functiongraph.cloud.endpoints import SERVICES, problem_with
from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.one_line import escaped

_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}\Z")


def named_cloud(
    around: Surroundings, found: CredentialSet | None, problems: list[str]
) -> Cloud | None:
    """The cloud that somebody named, or that IAM's address shows."""
    values = [around.config("cloud"), around.variable("FUNCTIONGRAPH_CLOUD")]
    named = options.choice(values, options.CLOUDS, problems)
    if named is not None:
        return named
    domain = around.variable("HW_CLOUD").value
    host = (urlsplit(found.iam_endpoint).hostname or "") if found else ""
    host = host or (f".{domain}" if domain else "")
    if host.endswith(".t-systems.com"):
        return "otc"
    return "huawei" if host.endswith((".myhuaweicloud.com", ".myhuaweicloud.eu")) else None


def overrides(
    around: Surroundings, found: CredentialSet | None, problems: list[str]
) -> dict[str, str]:
    """The addresses that are set: service → address; the first that is set counts.

    Args:
        around: config ``endpoints``, ``FUNCTIONGRAPH_ENDPOINTS`` and ``HW_CLOUD``.
        found: the credentials, whose source may give the address of IAM.
        problems: receives what is no address.
    """
    of_run = _addresses(around.variable("FUNCTIONGRAPH_ENDPOINTS"), problems)
    of_config = _addresses(around.config("endpoints"), problems)
    of_source = {"iam": found.iam_endpoint} if found and found.iam_endpoint else {}
    of_domain = _of_domain(around, problems)
    if found and of_source and (wrong := problem_with(found.iam_endpoint)):
        problems.append(f"the address of IAM that comes with {found.source} {wrong}")
    return {**of_domain, **of_source, **of_run, **of_config}


def _of_domain(around: Surroundings, problems: list[str]) -> dict[str, str]:
    """The addresses under ``HW_CLOUD``, unless the cloud was named in our own words."""
    domain = around.variable("HW_CLOUD").value
    if not domain or around.config("cloud") or around.variable("FUNCTIONGRAPH_CLOUD"):
        return {}
    if not _DOMAIN.match(domain):
        problems.append(f"HW_CLOUD is {domain}; allowed: a domain such as myhuaweicloud.com")
        return {}
    return {service: f"https://{service}.{{region}}.{domain}" for service in SERVICES}


def _addresses(setting: NamedValue, problems: list[str]) -> dict[str, str]:
    """A JSON object service → address."""
    name, text = setting.by, setting.value
    if not text:
        return {}
    form = f"""{name} is a JSON object such as {{"functiongraph": "https://…"}}"""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        problems.append(f"{form}; what is set is not JSON")
        return {}
    if not isinstance(given, dict):
        problems.append(f"{form}; what is set is not an object")
        return {}
    for service, address in given.items():
        if service not in SERVICES:
            problems.append(
                f"{name}: no service {escaped(service)}; allowed: {', '.join(SERVICES)}"
            )
        elif wrong := problem_with(address):
            problems.append(f"{name}: the address of {service} {wrong}")
    return {service: address for service, address in given.items() if not problem_with(address)}
