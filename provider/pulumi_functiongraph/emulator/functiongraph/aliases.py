"""What an alias may say: its version, and where else its calls go, by share or by rule.

Rules: FunctionGraph API reference, "Creating an Alias for a Function Version" (weights);
huaweicloudsdkfunctiongraph, models VersionStrategy and VersionStrategyRules (rules).
"""

from datetime import datetime

from pulumi_functiongraph.emulator.exchange import JsonObject
from pulumi_functiongraph.emulator.functiongraph import checks, errors, models
from pulumi_functiongraph.emulator.functiongraph.models import StoredAlias, StoredVersion
from pulumi_functiongraph.emulator.store import Connection

MAX_WEIGHT = 100
"""Per cent."""

_COMBINED = frozenset({"and", "or"})
_RULE = frozenset({"rule_type", "param", "op", "value"})


def read_alias(  # one argument a fact
    connection: Connection,
    latest: StoredVersion,
    name: str,
    fields: JsonObject,
    now: datetime,
) -> StoredAlias:
    """The alias that a body asks for, its versions known to exist.

    Raises:
        errors.VERSION_NOT_FOUND: a version that it names does not exist.
        errors.INVALID_ALIAS: the version is missing, or a weight or a rule is not allowed.
    """
    version = checks.read_text(fields, "version", refusal=errors.INVALID_VERSION)
    if version is None:
        raise errors.INVALID_VERSION.error("Invalid parameter: version is required")
    weights = checks.read_object_field(fields, "additional_version_weights") or {}
    for weighted in weights:
        checks.read_integer(weights, weighted, low=0, high=MAX_WEIGHT, refusal=errors.INVALID_ALIAS)
    strategy = checks.read_object_field(fields, "additional_version_strategy") or {}
    for how in strategy.values():
        _check_rules(how)
    for named in (version, *weights, *strategy):
        models.find_version(connection, latest.project_id, latest.package, latest.name, named)
    document: JsonObject = {
        "description": checks.read_text(fields, "description") or "",
        "last_modified": now.isoformat(),
        "additional_version_weights": weights or None,
        **({"additional_version_strategy": strategy} if strategy else {}),
    }
    return StoredAlias(name, version, document)


def _check_rules(how: object) -> None:
    rules = how.get("rules") if isinstance(how, dict) else None
    combined = how.get("combine_type") if isinstance(how, dict) else None
    is_list = isinstance(rules, list) and all(isinstance(each, dict) for each in rules)
    if not is_list or not all(set(each) <= _RULE for each in rules or []):
        raise errors.INVALID_ALIAS.error("Invalid parameter: rules must be a list of rules")
    if combined is not None and combined not in _COMBINED:
        raise errors.INVALID_ALIAS.error("Invalid parameter: combine_type must be and or or")
