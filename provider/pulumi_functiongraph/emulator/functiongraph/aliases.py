"""What an alias may say: its version, and where else its calls go, by share or by rule.

Rules: FunctionGraph API reference, "Creating an Alias for a Function Version" (weights);
huaweicloudsdkfunctiongraph, models VersionStrategy and VersionStrategyRules (rules).
"""

import re
from datetime import datetime

from pulumi_functiongraph.emulator.functiongraph import checks, errors, models
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.stored_aliases import StoredAlias
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.state.store import Connection

MAX_WEIGHT = 100
"""Per cent."""

_COMBINED = frozenset({"and", "or"})
_OPERATORS = frozenset({"=", "in"})
_RULE = frozenset({"rule_type", "param", "op", "value"})
_PARAM = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


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
    if not isinstance(rules, list) or not all(_is_rule(each) for each in rules):
        raise errors.INVALID_ALIAS.error(
            "Invalid parameter: rules must be a list of rules, each with the rule_type Header, "
            "a param, the op = or in, and a value"
        )
    if combined is not None and combined not in _COMBINED:
        raise errors.INVALID_ALIAS.error("Invalid parameter: combine_type must be and or or")


def _is_rule(rule: object) -> bool:
    if not isinstance(rule, dict) or set(rule) != _RULE:
        return False
    texts = all(isinstance(each, str) for each in rule.values())
    return (
        texts
        and rule["rule_type"] == "Header"
        and _PARAM.fullmatch(rule["param"]) is not None
        and rule["op"] in _OPERATORS
    )
