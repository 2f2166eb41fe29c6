"""Which version of a function an invocation runs: an alias may shift traffic to a further one.

FunctionGraph user manual, "Configuring Function Aliases": by percentage, or by rules on the headers
of a request, all of which or any of which must be met; a header's name has no case. Which requests
make up the percentage is not documented: here the id of the request decides.
"""

import hashlib
from collections.abc import Mapping

from pulumi_functiongraph.emulator.functiongraph import errors, models, stored_aliases
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import Reference
from pulumi_functiongraph.emulator.functiongraph.stored_aliases import StoredAlias
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.state.store import Connection

_WHOLE = 100
"""Per cent."""


def invoked_version(
    connection: Connection,
    project: Project,
    reference: Reference,
    *,
    request_id: str,
    headers: Mapping[str, str],
) -> StoredVersion:
    """The version that one invocation of `reference` runs.

    Args:
        connection: to the state.
        project: of the function.
        reference: a function, one of its versions or one of its aliases.
        request_id: of the invocation.
        headers: of the request, names in lower case; empty for what is no HTTP request.

    Raises:
        errors.FUNCTION_NOT_FOUND: there is no such function, or not in the region that is named.
        errors.VERSION_NOT_FOUND: there is no such version.
        errors.ALIAS_NOT_FOUND: there is no such alias.
    """
    if reference.region not in {None, project.region}:
        raise errors.FUNCTION_NOT_FOUND.error()
    if reference.alias is None:
        return models.resolve(connection, project, reference)
    latest = models.find_latest(connection, project, reference)
    alias = stored_aliases.find_alias(connection, latest.function, reference.alias)
    name = chosen_version(alias, request_id=request_id, headers=headers)
    return models.find_version(connection, project.id, reference.package, reference.name, name)


def chosen_version(alias: StoredAlias, *, request_id: str, headers: Mapping[str, str]) -> str:
    """Where an alias sends a request; rules come before percentages."""
    strategy = alias.document.get("additional_version_strategy")
    for version, how in (strategy if isinstance(strategy, dict) else {}).items():
        if _meets(how, headers):
            return str(version)
    weights = alias.document.get("additional_version_weights")
    place = _place(request_id)
    for version, weight in (weights if isinstance(weights, dict) else {}).items():
        if place < weight:
            return str(version)
        place -= weight
    return alias.version


def _place(request_id: str) -> int:
    """A number from 0 to 99 that is the same for the same request."""
    digest = hashlib.sha256(request_id.encode()).digest()
    return int.from_bytes(digest[:8]) % _WHOLE


def _meets(how: Mapping[str, object], headers: Mapping[str, str]) -> bool:
    rules = how.get("rules")
    met = [_is_met(rule, headers) for rule in rules] if isinstance(rules, list) else []
    return any(met) if how.get("combine_type") == "or" else bool(met) and all(met)


def _is_met(rule: Mapping[str, object], headers: Mapping[str, str]) -> bool:
    given = headers.get(str(rule.get("param")).lower())
    value = str(rule.get("value"))
    return given is not None and given in (value.split(",") if rule.get("op") == "in" else [value])
