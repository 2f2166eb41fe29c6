"""Conditions of a statement: operators, and the keys that they look at.

Operators in the spelling of IAM's manual ("Policy Syntax", version 1.1) and of version 5.0.
"""

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from pulumi_functiongraph.emulator.iam.wildcards import matches

Context = Mapping[str, tuple[str, ...]]
"""Condition keys in lower case, with their values."""

_Test = Callable[[str, str], bool]


def _like(actual: str, wanted: str) -> bool:
    return matches(wanted, actual)


def _number(compare: Callable[[float, float], bool]) -> _Test:
    return lambda actual, wanted: compare(float(actual), float(wanted))


def _date(compare: Callable[[datetime, datetime], bool]) -> _Test:
    return lambda actual, wanted: compare(
        datetime.fromisoformat(actual), datetime.fromisoformat(wanted)
    )


def _address(actual: str, wanted: str) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)


_TESTS: Mapping[str, _Test] = MappingProxyType(
    {
        "stringequals": operator.eq,
        "stringequalsignorecase": lambda actual, wanted: actual.lower() == wanted.lower(),
        "stringmatch": _like,
        "stringlike": _like,
        "stringstartwith": str.startswith,
        "stringendwith": str.endswith,
        "numberequals": _number(operator.eq),
        "numberlessthan": _number(operator.lt),
        "numberlessthanequals": _number(operator.le),
        "numbergreaterthan": _number(operator.gt),
        "numbergreaterthanequals": _number(operator.ge),
        "dateequals": _date(operator.eq),
        "datelessthan": _date(operator.lt),
        "datelessthanequals": _date(operator.le),
        "dategreaterthan": _date(operator.gt),
        "dategreaterthanequals": _date(operator.ge),
        "bool": lambda actual, wanted: actual.lower() == wanted.lower(),
        "ipaddress": _address,
    }
)
"""Operators that hold when one value does; those with "Not" hold when none does."""


def holds(condition: object, context: Context) -> bool | None:
    """Whether a statement's conditions all hold; None when one of them is not understood."""
    if condition is None:
        return True
    if not isinstance(condition, dict):
        return None
    results = [
        _holds_one(name, str(key), wanted, context)
        for name, pairs in condition.items()
        for key, wanted in (pairs.items() if isinstance(pairs, dict) else [("", None)])
    ]
    if False in results:
        return False
    return None if None in results else True


def _holds_one(name: str, key: str, wanted: object, context: Context) -> bool | None:
    quantifier, _, rest = name.lower().rpartition(":")
    rest = re.sub(r"^numeric", "number", rest)
    optional = rest.endswith("ifexists")
    rest = rest.removesuffix("ifexists")
    values = [str(each) for each in (wanted if isinstance(wanted, list) else [wanted])]
    actual = context.get(key.lower())
    if rest in {"null", "isnullorempty"}:
        is_absent = not actual or (rest != "null" and not any(actual))
        return is_absent == (values[0].lower() == "true")
    negated = rest.replace("not", "", 1) in _TESTS and rest not in _TESTS
    test = _TESTS.get(rest.replace("not", "", 1) if negated else rest)
    if test is None or quantifier not in {"", "forallvalues", "foranyvalue"}:
        return None
    if actual is None:
        return optional or negated or quantifier == "forallvalues"
    try:
        found = [any(test(each, value) for value in values) != negated for each in actual]
    except (ValueError, TypeError):
        return None
    return all(found) if quantifier == "forallvalues" or negated else any(found)
