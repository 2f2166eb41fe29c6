"""What policy documents ought to say, found the slow and simple way, from the documentation alone.

Nothing here uses the code under test. Three values are the letters T, F and U; patterns are tried
in every way; each operator is spelled out. Sources: IAM user guide of Huawei Cloud, "Policy
Syntax"; IAM API reference, "Querying Role Details"; for version 5.0, the language that it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

AND = {
    ("T", "T"): "T",
    ("T", "U"): "U",
    ("U", "T"): "U",
    ("U", "U"): "U",
    ("F", "F"): "F",
    ("F", "T"): "F",
    ("T", "F"): "F",
    ("F", "U"): "F",
    ("U", "F"): "F",
}
NOT = {"T": "F", "F": "T", "U": "U"}


def every(letters: Sequence[str]) -> str:
    found = "T"
    for letter in letters:
        found = AND[found, letter]
    return found


def some(letters: Sequence[str]) -> str:
    return NOT[every([NOT[letter] for letter in letters])]


def letter(truth: object) -> str:
    return "T" if truth else "F"


@cache
def glob(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return glob(pattern[1:], text) or (bool(text) and glob(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and glob(pattern[1:], text[1:])


def number(text: str) -> Fraction | None:
    body = text.strip().lstrip("+-")
    whole, _, part = body.partition(".")
    is_plain = body.isascii() and (whole + part).isdigit() and len(text.strip()) - len(body) < 2
    return Fraction(text.strip()) if is_plain else None


def moment(text: str) -> float | None:
    """Days, or seconds with Z or an offset; all that the cases have."""
    whole = f"{text}T00:00:00Z" if "T" not in text else text
    try:
        return datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except ValueError:
        return None


def address(text: str) -> int | None:
    fields = text.split(".")
    if len(fields) != 4 or not all(each.isdigit() and int(each) < 256 for each in fields):
        return None
    return sum(int(each) << (24 - 8 * at) for at, each in enumerate(fields))


def within(value: str, network: str) -> str:
    base, _, bits = network.partition("/")
    here, start = address(value), address(base)
    if here is None or start is None:
        return "U"
    width = 32 - int(bits or "32")
    return letter(here >> width == start >> width)


def by(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Callable[..., str]:
    def compared(value: str, wanted: str) -> str:
        one, other = read(value), read(wanted)
        return "U" if one is None or other is None else letter(compare(one, other))

    return compared


def same(value: str) -> str:
    return value


def yes_or_no(value: str) -> bool | None:
    return {"true": True, "false": False}.get(value.lower())


POSITIVE: dict[str, Callable[[str, str], str]] = {
    "StringEquals": by(same, lambda value, wanted: value == wanted),
    "StringEqualsIgnoreCase": by(str.lower, lambda value, wanted: value == wanted),
    "StringMatch": lambda value, wanted: letter(glob(wanted, value)),
    "StringLike": lambda value, wanted: letter(glob(wanted, value)),
    "StringStartWith": by(same, lambda value, wanted: value[: len(wanted)] == wanted),
    "StringEndWith": by(same, lambda v, wanted: v[max(0, len(v) - len(wanted)) :] == wanted),
    "NumberEquals": by(number, lambda value, wanted: value == wanted),
    "NumberLessThan": by(number, lambda value, wanted: wanted > value),
    "NumberLessThanEquals": by(number, lambda value, wanted: not value > wanted),
    "NumberGreaterThan": by(number, lambda value, wanted: wanted < value),
    "NumberGreaterThanEquals": by(number, lambda value, wanted: not value < wanted),
    "NumericEquals": by(number, lambda value, wanted: value == wanted),
    "NumericLessThan": by(number, lambda value, wanted: wanted > value),
    "NumericLessThanEquals": by(number, lambda value, wanted: not value > wanted),
    "NumericGreaterThan": by(number, lambda value, wanted: wanted < value),
    "NumericGreaterThanEquals": by(number, lambda value, wanted: not value < wanted),
    "DateEquals": by(moment, lambda value, wanted: value == wanted),
    "DateLessThan": by(moment, lambda value, wanted: wanted > value),
    "DateLessThanEquals": by(moment, lambda value, wanted: not value > wanted),
    "DateGreaterThan": by(moment, lambda value, wanted: wanted < value),
    "DateGreaterThanEquals": by(moment, lambda value, wanted: not value < wanted),
    "Bool": by(yes_or_no, lambda value, wanted: value == wanted),
    "IpAddress": within,
}
NEGATIVE = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotMatch": "StringMatch",
    "StringNotLike": "StringLike",
    "StringNotStartWith": "StringStartWith",
    "StringNotEndWith": "StringEndWith",
    "NumberNotEquals": "NumberEquals",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
ABSENT: dict[str, Callable[[list[str]], bool]] = {
    "Null": lambda values: not values,
    "IsNull": lambda values: not values,
    "IsNotNull": bool,
    "IsNullOrEmpty": lambda values: all(value == "" for value in values),
    "IsNotNullOrEmpty": lambda values: any(value != "" for value in values),
}


def values_of(given: Any) -> list[str]:
    if given is None:
        return []
    listed = given if isinstance(given, list) else [given]
    return [str(value).lower() if isinstance(value, bool) else value for value in listed]


def operator_says(name: str, key: str, wanted: list[str], context: Mapping[str, Any]) -> str:
    quantifier, _, bare = name.rpartition(":")
    if bare in ABSENT:
        asked = {"true": True, "false": False}.get(wanted[0])
        if quantifier or asked is None or len(wanted) > 1 or key not in context:
            return "U"
        return letter(ABSENT[bare](values_of(context[key])) == asked)
    is_lenient = bare.endswith("IfExists")
    bare = bare[: -len("IfExists")] if is_lenient else bare
    positive = NEGATIVE.get(bare, bare)
    if positive not in POSITIVE or key not in context:
        return "U"
    values, is_negative = values_of(context[key]), bare in NEGATIVE
    if not values:
        is_held = is_negative and quantifier != "ForAnyValue"
        return letter(is_lenient or quantifier == "ForAllValues" or is_held)
    table = [[POSITIVE[positive](value, each) for each in wanted] for value in values]
    if is_negative:
        # No value that is wanted may match: all cells of a row have to be F.
        rows = [every([NOT[cell] for cell in row]) for row in table]
        return some(rows) if quantifier == "ForAnyValue" else every(rows)
    rows = [some(row) for row in table]
    return every(rows) if quantifier == "ForAllValues" else some(rows)


def conditions_say(statement: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    return every(
        [
            operator_says(name, key, wanted if isinstance(wanted, list) else [wanted], context)
            for name, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        ]
    )


def action_says(pattern: str, action: str, version: str) -> str:
    parts = pattern.lower().split(":")
    if "" in parts and version != "1.0":
        return "U"
    return letter(glob(":".join("*" if part == "" else part for part in parts), action.lower()))


def resource_says(pattern: str, resource: str) -> str:
    if pattern == "*":
        return "T"
    service, region, account, kind, path = pattern.split(":", 4)
    names = resource.split(":", 4)
    letters = [
        letter(glob(service.lower(), names[0].lower())),
        letter(glob(kind.lower(), names[3].lower())),
        letter(glob(path, names[4])),
    ]
    for wanted, named in ((region, names[1]), (account, names[2])):
        if wanted in ("", "*"):
            continue
        letters.append("U" if named in ("", "*") else letter(glob(wanted.lower(), named.lower())))
    return every(letters)


def listed(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = value["uri"]
    return value if isinstance(value, list) else [value]


def statement_says(
    statement: Mapping[str, Any],
    version: str,
    action: str,
    resource: str,
    context: Mapping[str, Any],
) -> str:
    if version not in ("1.0", "1.1", "5.0"):
        return "U"
    letters = [conditions_say(statement, context)]
    for element, patterns in statement.items():
        if element in ("Action", "NotAction"):
            found = some([action_says(pattern, action, version) for pattern in listed(patterns)])
        elif element in ("Resource", "NotResource"):
            found = some([resource_says(pattern, resource) for pattern in listed(patterns)])
        else:
            continue
        letters.append(NOT[found] if element.startswith("Not") else found)
    return every(letters)


def decide(
    documents: Sequence[Mapping[str, Any]], action: str, resource: str, context: Mapping[str, Any]
) -> str:
    """Both letters of every statement at once: the strongest Deny, the strongest Allow."""
    said = [
        (
            statement["Effect"],
            statement_says(statement, document.get("Version", ""), action, resource, context),
        )
        for document in documents
        for statement in document["Statement"]
    ]
    deny = some([truth for effect, truth in said if effect == "Deny"])
    allow = some([truth for effect, truth in said if effect == "Allow"])
    return {
        ("T", "T"): "denied",
        ("T", "U"): "denied",
        ("T", "F"): "denied",
        ("U", "T"): "unknown",
        ("U", "U"): "unknown",
        ("U", "F"): "denied",
        ("F", "T"): "allowed",
        ("F", "U"): "unknown",
        ("F", "F"): "denied",
    }[deny, allow]
