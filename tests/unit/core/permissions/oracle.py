"""What policy documents ought to say, found the slow and simple way, from the documentation alone.

Nothing here uses the code under test. Three values are the letters T, F and U; patterns are tried
in every way; each operator is spelled out. What no document explains is U. Sources: IAM user guide
of Huawei Cloud, "Policy Syntax"; IAM API reference, "Querying Role Details"; OBS and FunctionGraph
user guides for the forms of resources; for version 5.0, IAM user guide (new console).
"""

from __future__ import annotations

import re
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
    """Seconds with Z or an offset; all that the cases have, but for days."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except ValueError:
        return None


def by(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Callable[..., str]:
    def compared(value: str, wanted: str) -> str:
        one, other = read(value), read(wanted)
        return "U" if one is None or other is None else letter(compare(one, other))

    return compared


def same(value: str) -> str:
    return value


def yes_or_no(value: str) -> bool | None:
    return {"true": True, "false": False}.get(value.lower())


def whatever_the_case(
    compare: Callable[[str, str], bool], *, otherwise: Callable[[str, str], bool]
) -> Callable[[str, str], str]:
    def compared(value: str, wanted: str) -> str:
        if compare(value, wanted):
            return "T"
        return "U" if otherwise(value.lower(), wanted.lower()) else "F"

    return compared


def begins(value: str, wanted: str) -> bool:
    return value[: len(wanted)] == wanted


def ends(value: str, wanted: str) -> bool:
    return value[max(0, len(value) - len(wanted)) :] == wanted


POSITIVE: dict[str, Callable[[str, str], str]] = {
    "StringEquals": by(same, lambda value, wanted: value == wanted),
    "StringEqualsIgnoreCase": by(str.lower, lambda value, wanted: value == wanted),
    "StringMatch": lambda value, wanted: letter(glob(wanted, value)),
    "StringLike": whatever_the_case(
        lambda value, wanted: glob(wanted, value),
        otherwise=lambda value, wanted: glob(f"*{wanted}*", value),
    ),
    "StringStartWith": whatever_the_case(begins, otherwise=begins),
    "StringEndWith": whatever_the_case(ends, otherwise=ends),
    "NumberEquals": by(number, lambda value, wanted: value == wanted),
    "NumberLessThan": by(number, lambda value, wanted: wanted > value),
    "NumberLessThanEquals": by(number, lambda value, wanted: not value > wanted),
    "NumberGreaterThan": by(number, lambda value, wanted: wanted < value),
    "NumberGreaterThanEquals": by(number, lambda value, wanted: not value < wanted),
    "DateLessThan": by(moment, lambda value, wanted: wanted > value),
    "DateLessThanEquals": by(moment, lambda value, wanted: not value > wanted),
    "DateGreaterThan": by(moment, lambda value, wanted: wanted < value),
    "DateGreaterThanEquals": by(moment, lambda value, wanted: not value < wanted),
    "Bool": by(yes_or_no, lambda value, wanted: value == wanted),
}
NEGATIVE = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotMatch": "StringMatch",
    "NumberNotEquals": "NumberEquals",
}
UNDOCUMENTED = (
    *("StringNotLike", "StringNotStartWith", "StringNotEndWith", "NumericEquals", "DateEquals"),
    *("NumericLessThan", "DateNotEquals", "IpAddress", "NotIpAddress", "IsNull", "IsNotNull"),
    *("IsNullOrEmpty", "StringSounds"),
)
"""Operators that no document of the cloud has; most are of the language that 5.0 follows."""


def values_of(given: Any) -> list[str]:
    if given is None:
        return []
    listed = given if isinstance(given, list) else [given]
    return [str(value).lower() if isinstance(value, bool) else value for value in listed]


def operator_says(name: str, key: str, wanted: list[str], context: Mapping[str, Any]) -> str:
    quantifier, _, bare = name.rpartition(":")
    if bare == "Null":
        asked = {"true": True, "false": False}.get(wanted[0])
        if quantifier or asked is None or len(wanted) > 1 or key not in context:
            return "U"
        return letter((not values_of(context[key])) == asked)
    is_lenient = bare.endswith("IfExists")
    bare = bare[: -len("IfExists")] if is_lenient else bare
    positive = NEGATIVE.get(bare, bare)
    if positive not in POSITIVE or key not in context:
        return "U"
    values, is_negative = values_of(context[key]), bare in NEGATIVE
    if not values:
        return "T" if is_lenient else {"ForAnyValue": "F"}.get(quantifier, "U")
    table = [[POSITIVE[positive](value, each) for each in wanted] for value in values]
    if is_negative:
        # No value that is wanted may match: all cells of a row have to be F.
        rows = [every([NOT[cell] for cell in row]) for row in table]
    else:
        rows = [some(row) for row in table]
    if quantifier:
        return some(rows) if quantifier == "ForAnyValue" else every(rows)
    return rows[0] if len(set(rows)) == 1 else "U"


def conditions_say(statement: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    return every(
        [
            operator_says(name, key, wanted if isinstance(wanted, list) else [wanted], context)
            for name, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        ]
    )


def action_says(pattern: str, action: str, version: str) -> str:
    """Nothing is sure of ``?`` before version 5.0, nor of any empty part."""
    pattern, action = pattern.lower(), action.lower()
    parts, named = pattern.split(":"), action.split(":")
    if "" in parts:
        if version != "1.0":
            return "U"
        is_read = re.match("get|list|head|query|show", named[-1]) is not None
        reads = parts[-1] in ("get", "list") and is_read
        verb = not parts[-1] or named[-1].startswith(parts[-1]) or reads
        ahead = [not each or glob(each, of) for each, of in zip(parts[:-1], named, strict=False)]
        return "U" if verb and all(ahead) else "F"
    if glob(pattern, action):
        return "U" if "?" in pattern and version != "5.0" else "T"
    if len(parts) == 1 or not glob(parts[0], named[0]):
        return "F"
    verb = parts[-1] == named[-1] if len(parts) == 3 else glob(parts[-1], named[-1])
    return "U" if verb else "F"


FORMS = {
    ("obs", "bucket"): r"[^/:]+",
    ("obs", "object"): r"(?=.*[/*])[^/].*",
    ("functiongraph", "function"): r"[^/:]+/[^/:]+|[^/:]*\*[^/:]*",
    ("functiongraph", "trigger"): r"[^/].*",
}
"""By service and type, the form of a path."""
URN_SERVICES = {"fss": "functiongraph", "fgs": "functiongraph"}


def is_written_as_documented(parts: Sequence[str]) -> bool:
    if len(parts) < 5:
        return False
    service, kind, path = parts[0].lower(), parts[3].lower(), parts[4]
    if service in URN_SERVICES or service in ("urn", "arn"):
        return False
    if service not in ("obs", "functiongraph"):
        return True
    if re.search(r"[*?]", kind):
        return re.fullmatch(r"[^/].*", path) is not None
    form = FORMS.get((service, kind))
    return form is not None and re.fullmatch(form, path) is not None


def may_be_meant(pattern: str, resource: str) -> str:
    """Whether what any part of a pattern begins could name the resource, the case aside."""
    path = resource.split(":", 4)[4].lower().replace(":", "/")
    wanted = re.sub("^urn:", "", pattern.lower()).replace(":", "/").rstrip("/").split("/")
    tails = ["/".join(wanted[at:]) for at in range(len(wanted))]
    likely = (path, f"{path}/latest", path.split("/")[0], path.split("/")[-1])
    return "U" if any(glob(tail, each) for tail in tails if tail for each in likely) else "F"


def either_case(pattern: str, text: str) -> str:
    if glob(pattern, text):
        return "T"
    return "U" if glob(pattern.lower(), text.lower()) else "F"


def resource_says(pattern: str, resource: str, version: str) -> str:
    found = reads(pattern, resource)
    if found == "F" and "//" in pattern and reads(re.sub("//+", "/", pattern), resource) != "F":
        return "U"
    return "U" if found == "T" and "?" in pattern and version != "5.0" else found


def reads(pattern: str, resource: str) -> str:
    if set(pattern) == {"*"}:
        return "T"
    names, parts = resource.split(":", 4), pattern.split(":", 4)
    first, colon, _ = re.sub("^urn:", "", pattern.lower()).partition(":")
    names_service = colon and first != "arn"
    if names_service and not glob(URN_SERVICES.get(first, first), names[0].lower()):
        return "F"
    if parts[1:] == ["*", "*", "*", "*"]:
        return "T" if is_written_as_documented(parts) else may_be_meant(pattern, resource)
    if names_service and names[0].lower() not in {service for service, _ in FORMS}:
        return "U"
    is_named = (names[0].lower(), names[3]) in FORMS
    if not is_named or not is_written_as_documented(parts):
        return may_be_meant(pattern, resource)
    _, region, account, kind, path = parts
    letters = [either_case(kind, names[3]), either_case(path, names[4])]
    for wanted, named in ((region, names[1]), (account, names[2])):
        if wanted == "*":
            continue
        letters.append("U" if wanted == "" or named in ("", "*") else either_case(wanted, named))
    if letters[-1] == "F" and account not in ("", "*"):
        letters[-1] = "U"  # by what else an account may be given, no document says
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
            found = some([resource_says(each, resource, version) for each in listed(patterns)])
        else:
            continue
        if element.startswith("Not"):
            found = NOT[found] if version == "5.0" else "U"
        letters.append(found)
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
