"""The operators of conditions, as data.

Sources, by the version of the document that an operator is written in:

- 1.1: IAM user guide, "Policy Syntax", and OBS permissions configuration guide, "IAM Permissions"
  (``StringEndWithIfExists``, ``StringLike``, ``StringStartWith``); IAM API reference, "Creating a
  Custom Policy for Cloud Services" (``StringStartWith``); the rest of each family after the names
  of Huawei Cloud's IAM user guide, "Policy Syntax".
- 5.0: Huawei Cloud's IAM user guide (new console), "JSON Element Reference", Condition, which has
  the operators and the set qualifiers of the policy language that it follows.

Inference, marked because no document says it: that either spelling means the same in both
versions, that ``StringMatch`` takes ``*`` and ``?``, and that ``StringLike`` of version 1.1 does
too (the OBS guide also reads it as "includes").
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from pulumi_functiongraph.core.permissions.patterns import matches
from pulumi_functiongraph.core.permissions.truth import Truth

_Read = TypeVar("_Read")
_Ordered = TypeVar("_Ordered", Decimal, datetime)

Comparison = Callable[[str, str], Truth]
"""The value of a request and the value of a condition; ``None`` when either cannot be read."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison, or its opposite.

    Attributes:
        compare: the comparison of two values.
        is_negated: whether it holds when the comparison does not.
    """

    compare: Comparison
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Absence:
    """An operator that asks whether a key is there at all.

    Attributes:
        is_negated: whether ``true`` asks that it is there.
        takes_empty: whether an empty value counts as none.
    """

    is_negated: bool = False
    takes_empty: bool = False


def _text(compare: Callable[[str, str], bool]) -> Comparison:
    return compare


def _read_by(
    read: Callable[[str], _Read | None], compare: Callable[[_Read, _Read], bool]
) -> Comparison:
    def compared(value: str, wanted: str) -> Truth:
        one, other = read(value), read(wanted)
        return None if one is None or other is None else compare(one, other)

    return compared


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _time(text: str) -> datetime | None:
    """A time as ISO 8601 has it; without an offset it is in UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def truth_of(text: str) -> Truth:
    """``true`` or ``false``, in any case."""
    return {"true": True, "false": False}.get(text.strip().lower())


def _is_in_network(value: str, network: str) -> Truth:
    address, range_ = _network(value), _network(network)
    if address is None or range_ is None or address.num_addresses > 1:
        return None
    return address.version == range_.version and address.network_address in range_


@lru_cache(maxsize=1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


_EQUALS = _text(lambda value, wanted: value == wanted)
_SAME_LETTERS = _text(lambda value, wanted: value.casefold() == wanted.casefold())
_LIKE = _text(lambda value, wanted: matches(wanted, value))
_STARTS = _text(lambda value, wanted: value.startswith(wanted))
_ENDS = _text(lambda value, wanted: value.endswith(wanted))
_BOOL = _read_by(truth_of, lambda value, wanted: value is wanted)


def _ordered(family: str, read: Callable[[str], _Ordered | None]) -> dict[str, Operator]:
    """The six operators of a family whose values have an order."""
    equals = _read_by(read, lambda value, wanted: value == wanted)
    return {
        f"{family}Equals": Operator(equals),
        f"{family}NotEquals": Operator(equals, is_negated=True),
        f"{family}LessThan": Operator(_read_by(read, lambda value, wanted: value < wanted)),
        f"{family}LessThanEquals": Operator(_read_by(read, lambda value, wanted: value <= wanted)),
        f"{family}GreaterThan": Operator(_read_by(read, lambda value, wanted: value > wanted)),
        f"{family}GreaterThanEquals": Operator(
            _read_by(read, lambda value, wanted: value >= wanted)
        ),
    }


OPERATORS = MappingProxyType(
    {
        "StringEquals": Operator(_EQUALS),
        "StringNotEquals": Operator(_EQUALS, is_negated=True),
        "StringEqualsIgnoreCase": Operator(_SAME_LETTERS),
        "StringNotEqualsIgnoreCase": Operator(_SAME_LETTERS, is_negated=True),
        "StringLike": Operator(_LIKE),
        "StringNotLike": Operator(_LIKE, is_negated=True),
        "StringMatch": Operator(_LIKE),
        "StringNotMatch": Operator(_LIKE, is_negated=True),
        "StringStartWith": Operator(_STARTS),
        "StringNotStartWith": Operator(_STARTS, is_negated=True),
        "StringEndWith": Operator(_ENDS),
        "StringNotEndWith": Operator(_ENDS, is_negated=True),
        **_ordered("Number", _number),
        **_ordered("Numeric", _number),
        **_ordered("Date", _time),
        "Bool": Operator(_BOOL),
        "IpAddress": Operator(_is_in_network),
        "NotIpAddress": Operator(_is_in_network, is_negated=True),
    }
)
"""Operators that compare the value of a key."""

ABSENCES = MappingProxyType(
    {
        "Null": Absence(),
        "IsNull": Absence(),
        "IsNotNull": Absence(is_negated=True),
        "IsNullOrEmpty": Absence(takes_empty=True),
        "IsNotNullOrEmpty": Absence(is_negated=True, takes_empty=True),
    }
)
"""Operators that ask whether a key is there; their value is ``true`` or ``false``."""
