"""The operators of conditions, as data, each with the document that has it.

What is not documented is not known: an operator that is not in the tables, such as the opposite
of one that is; whether ``StringStartWith`` and ``StringEndWith`` heed the case, as the operators of
the table do that say so (of the others the guide says that they do not); whether ``StringLike`` is
about a whole value or about what is in it (the OBS guide reads its one example as "includes"); the
zone of a time that has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from types import MappingProxyType
from typing import TypeVar

import msgspec

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


class Operator(msgspec.Struct, frozen=True):
    """A comparison, or its opposite, and the document and section that has it."""

    compare: Comparison
    source: str
    is_negated: bool = False


def _text_but_for_case(compare: Callable[[str, str], bool]) -> Comparison:
    def compared(value: str, wanted: str) -> Truth:
        if compare(value, wanted):
            return True
        return None if compare(value.casefold(), wanted.casefold()) else False

    return compared


def _like(value: str, wanted: str) -> Truth:
    if matches(wanted, value):
        return True
    return None if matches(f"*{wanted}*".casefold(), value.casefold()) else False


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
    """A time as ISO 8601 has it, with an offset."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def truth_of(text: str) -> Truth:
    """``true`` or ``false``, in any case."""
    return {"true": True, "false": False}.get(text.strip().lower())


_SAME_LETTERS = _read_by(str.casefold, eq)


def _matches(value: str, wanted: str) -> Truth:
    return matches(wanted, value)


_STARTS = _text_but_for_case(str.startswith)
_ENDS = _text_but_for_case(str.endswith)


def _ordered(
    family: str, read: Callable[[str], _Ordered | None], source: str
) -> dict[str, Operator]:
    """The operators of a family whose values have an order."""
    compared = {"LessThan": lt, "LessThanEquals": le, "GreaterThan": gt, "GreaterThanEquals": ge}
    return {
        f"{family}{name}": Operator(_read_by(read, compare), source)
        for name, compare in compared.items()
    }


_SAME_NUMBER = _read_by(_number, eq)

OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "StringEquals": Operator(eq, _STRINGS),
        "StringNotEquals": Operator(eq, _STRINGS, is_negated=True),
        "StringEqualsIgnoreCase": Operator(_SAME_LETTERS, _STRINGS),
        "StringNotEqualsIgnoreCase": Operator(_SAME_LETTERS, _STRINGS, is_negated=True),
        "StringMatch": Operator(_matches, _STRINGS),
        "StringNotMatch": Operator(_matches, _STRINGS, is_negated=True),
        "StringLike": Operator(_like, _BUCKETS),
        "StringStartWith": Operator(_STARTS, _STARTING),
        "StringEndWith": Operator(_ENDS, _ENDING),
        "NumberEquals": Operator(_SAME_NUMBER, _NUMBERS),
        "NumberNotEquals": Operator(_SAME_NUMBER, _NUMBERS, is_negated=True),
        **_ordered("Number", _number, _NUMBERS),
        **_ordered("Date", _time, _TIMES),
        "Bool": Operator(_read_by(truth_of, eq), _TRUTHS),
    }
)
"""Operators that compare the value of a key; any other may mean anything."""

NULL, NULL_SOURCE = "Null", _ABSENCES
"""The operator that asks whether a key is absent; its value is ``true`` or ``false``."""
