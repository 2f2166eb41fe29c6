"""The operators of conditions, as data, each with the document that has it.

Inference, marked because no document says it: that either spelling means the same in every version;
that ``StringLike`` takes ``*`` and ``?`` (the OBS guide reads its one example as "includes"); that
``StringStartWith`` and ``StringEndWith`` heed the case, as the operators of the table do that say
so (of the others the guide says that they do not); that a time without an offset is in UTC.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from pulumi_functiongraph.core.permissions.patterns import matches
from pulumi_functiongraph.core.permissions.truth import Truth

_Read = TypeVar("_Read")
_Ordered = TypeVar("_Ordered", Decimal, datetime)

Comparison = Callable[[str, str], Truth]
"""The value of a request and the value of a condition; ``None`` when either cannot be read."""

_SYNTAX = 'IAM user guide of Huawei Cloud, "Policy Syntax", Table'
_STRINGS, _NUMBERS, _TIMES = f"{_SYNTAX} 3", f"{_SYNTAX} 4", f"{_SYNTAX} 5"
_TRUTHS, _ABSENCES = f"{_SYNTAX} 6", f"{_SYNTAX} 7"
_STARTING = 'IAM API reference, "Creating a Custom Policy for Cloud Services", example'
_ENDING = 'IAM user guide, "Policy Syntax", example with StringEndWithIfExists'
_BUCKETS = 'OBS permissions configuration guide, "IAM Permissions", example'

INFERRED = "inference"
"""The source of an operator that no document of the cloud was found to have.

The opposite of a documented one, or the spelling of the policy language that version 5.0 follows
(the Organizations user guide, "SCP Syntax", has ``ForAnyValue:StringNotEquals`` in it).
"""


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison, or its opposite.

    Attributes:
        compare: the comparison of two values.
        source: the document and section that has it, or ``INFERRED``.
        is_negated: whether it holds when the comparison does not.
    """

    compare: Comparison
    source: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Absence:
    """An operator that asks whether a key is there at all.

    Attributes:
        source: the document and section that has it, or ``INFERRED``.
        is_negated: whether ``true`` asks that it is there.
        takes_empty: whether an empty value counts as none.
    """

    source: str
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


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,6})?", re.ASCII | re.IGNORECASE)
"""A decimal number; `Decimal` alone would also take ``1_000``, ``NaN`` and any exponent."""


def _number(text: str) -> Decimal | None:
    stripped = text.strip()
    return Decimal(stripped) if _NUMBER.fullmatch(stripped) else None


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


def _ordered(
    family: str, read: Callable[[str], _Ordered | None], *, source: str, equality: str
) -> dict[str, Operator]:
    """The six operators of a family whose values have an order."""
    equals = _read_by(read, lambda value, wanted: value == wanted)
    below = _read_by(read, lambda value, wanted: value < wanted)
    up_to = _read_by(read, lambda value, wanted: value <= wanted)
    above = _read_by(read, lambda value, wanted: value > wanted)
    from_ = _read_by(read, lambda value, wanted: value >= wanted)
    return {
        f"{family}Equals": Operator(equals, equality),
        f"{family}NotEquals": Operator(equals, equality, is_negated=True),
        f"{family}LessThan": Operator(below, source),
        f"{family}LessThanEquals": Operator(up_to, source),
        f"{family}GreaterThan": Operator(above, source),
        f"{family}GreaterThanEquals": Operator(from_, source),
    }


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "StringEquals": Operator(_EQUALS, _STRINGS),
        "StringNotEquals": Operator(_EQUALS, _STRINGS, is_negated=True),
        "StringEqualsIgnoreCase": Operator(_SAME_LETTERS, _STRINGS),
        "StringNotEqualsIgnoreCase": Operator(_SAME_LETTERS, _STRINGS, is_negated=True),
        "StringMatch": Operator(_LIKE, _STRINGS),
        "StringNotMatch": Operator(_LIKE, _STRINGS, is_negated=True),
        "StringLike": Operator(_LIKE, _BUCKETS),
        "StringNotLike": Operator(_LIKE, INFERRED, is_negated=True),
        "StringStartWith": Operator(_STARTS, _STARTING),
        "StringNotStartWith": Operator(_STARTS, INFERRED, is_negated=True),
        "StringEndWith": Operator(_ENDS, _ENDING),
        "StringNotEndWith": Operator(_ENDS, INFERRED, is_negated=True),
        **_ordered("Number", _number, source=_NUMBERS, equality=_NUMBERS),
        **_ordered("Numeric", _number, source=INFERRED, equality=INFERRED),
        **_ordered("Date", _time, source=_TIMES, equality=INFERRED),
        "Bool": Operator(_BOOL, _TRUTHS),
        "IpAddress": Operator(_is_in_network, INFERRED),
        "NotIpAddress": Operator(_is_in_network, INFERRED, is_negated=True),
    }
)
"""Operators that compare the value of a key."""

ABSENCES: Mapping[str, Absence] = MappingProxyType(
    {
        "Null": Absence(_ABSENCES),
        "IsNull": Absence(INFERRED),
        "IsNotNull": Absence(INFERRED, is_negated=True),
        "IsNullOrEmpty": Absence(INFERRED, takes_empty=True),
        "IsNotNullOrEmpty": Absence(INFERRED, is_negated=True, takes_empty=True),
    }
)
"""Operators that ask whether a key is there; their value is ``true`` or ``false``."""
