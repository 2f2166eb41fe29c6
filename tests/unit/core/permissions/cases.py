"""Policies and requests by number: the same number is the same case on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from unit.core.permissions.oracle import NEGATIVE, POSITIVE, UNDOCUMENTED

ACTIONS = (
    *("obs:object:PutObject", "obs:bucket:HeadBucket", "smn:topic:publish", "OBS:OBJECT:Get"),
    "functiongraph:function:invoke",
)
ACTION_PATTERNS = (
    *ACTIONS,
    *("*", "obs:*", "*:*:*", "obs:*:*", "obs:object:*", "obs:object:Put*", "OBS:Object:putobject"),
    *("obs:?bject:*", "obs:object:PutObjec?", "obs:object:PutObject?", "*:topic:*", "smn:*:pub*sh"),
    *("::Get", "::PutObject", "obs::", ":topic:", "identity:*", "obs:object:G?t", "smn:topic:Put*"),
    *("obs:PutObject", "smn:message:publish", "FunctionGraph:function:*", "functiongraph:*:invoke"),
)
RESOURCES = (
    "obs:*:*:object:in/a",
    "obs:*:*:object:in/ab.json",
    "obs:eu-de:d0:object:in/a:b",
    "obs:::bucket:in",
    "smn:eu-de:d0:topic:done",
    "SMN:eu-nl:*:Topic:Done",
    "functiongraph:eu-de:d0:function:default/sink",
)
RESOURCE_PATTERNS = (
    *RESOURCES,
    *("*", "obs:*:*:object:*", "obs:*:*:object:in/*", "obs:*:*:object:in/?", "obs:::object:in/a*"),
    *("obs:eu-de:*:object:in/*", "obs:eu-??:*:*:*", "obs:*:d0:object:in/a:*", "obs:*:d1:*:*"),
    *("OBS:*:*:OBJECT:in/*", "obs:*:*:object:IN/*", "obs:*:*:bucket:*", "o*s:*:*:*:*n*"),
    *("FUNCTIONGRAPH:*:*:function:Default/*", "functiongraph:*:*:function:default:sink"),
    *("urn:fss:eu-de:d0:function:default:sink:latest", "urn:fss:*:*:function:default:other"),
    *("functiongraph:*:*:function:sink", "functiongraph:*:*:trigger:*", "fss:*:*:*:default/*"),
    *("functiongraph:eu-??:*:function:*", "functiongraph:*:*:Function:default/sink", "obs:*"),
    *("obs:*:*:object:in", "obs:*:*:object:/in/a", "in/*", "obs:*:*:bucket:in/*", "*:*:*:*:*"),
    *("functiongraph:*:*:function:default/", "functiongraph:EU-DE:p0:function:*", "**"),
    *("smn:eu-de:d0:topic:*", "smn:*:*:topic:d?ne", "smn:eu-nl::topic:*", "obs:*:*:object:*.json"),
    *("smn:*:*:topic:others", "arn:aws:s3:::in/*", "obs:*:*:object:in//*", "obs:*:*:object:in//b"),
)
KEYS = ("g:UserName", "g:CurrentTime", "g:MFAPresent", "obs:prefix")
VALUES = (
    *("ann", "Ann", "anna", "", "team/ann", "true", "false", "True"),
    *("5", "9", "10", "9.0", "-3", "many"),
    *("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+02:00", "2026-01-01", "soon"),
    *("10.1.2.3", "10.0.0.7", "192.168.1.1"),
)
TEXTS = ("ann", "Ann", "anna", "", "team/ann", "an", "An", "NN", "/ann", "a*", "?nn", "*/ann")
WANTED = (*VALUES, "a*", "?nn", "*/ann", "an", "10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "*")
BY_FAMILY = {
    "S": TEXTS,
    "N": ("5", "9", "10", "9.0", "-3", "many"),
    "D": ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+02:00", "2026-01-01", "soon"),
    "B": ("true", "false", "True", "perhaps"),
    "I": ("10.1.2.3", "10.0.0.0/8", "192.168.1.1", "nowhere", "10.0.0.7/32"),
}
"""Values that suit an operator, by the letter that it begins with; others say too little."""


@dataclass(frozen=True)
class Case:
    documents: list[dict[str, Any]]
    action: str
    resource: str
    context: dict[str, Any]


def case(number: int) -> Case:
    dice = Random(number)
    return Case(
        [document(dice) for _ in range(dice.choice((1, 1, 2, 3)))],
        dice.choice(ACTIONS),
        dice.choice(RESOURCES),
        {key: given(dice) for key in KEYS if dice.random() < 0.75},
    )


def document(dice: Random) -> dict[str, Any]:
    version = dice.choices(("1.1", "1.0", "5.0", "1.2", 1.1), (50, 20, 25, 3, 2))[0]
    return {
        "Version": version,
        "Statement": [statement(dice) for _ in range(dice.choice((1, 1, 2, 3)))],
    }


def statement(dice: Random) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": dice.choices(("Allow", "Deny"), (65, 35))[0]}
    negation = "Not" if dice.random() < 0.12 else ""
    found[f"{negation}Action"] = some_of(dice, ACTION_PATTERNS)
    if dice.random() < 0.6:
        negation = "Not" if dice.random() < 0.25 else ""
        patterns = some_of(dice, RESOURCE_PATTERNS)
        is_object = isinstance(patterns, list) and dice.random() < 0.1
        found[f"{negation}Resource"] = {"uri": patterns} if is_object else patterns
    if dice.random() < 0.5:
        operators = [operator(dice) for _ in range(dice.choice((1, 1, 2)))]
        found["Condition"] = {name: keys(dice, name) for name in operators}
    return found


def operator(dice: Random) -> str:
    bare = dice.choice((*POSITIVE, *NEGATIVE, "Null", "Null", "Null", *UNDOCUMENTED[::4]))
    if bare == "Null" and dice.random() < 0.9:
        return bare
    qualifier = dice.choices(("", "ForAllValues:", "ForAnyValue:"), (70, 15, 15))[0]
    return f"{qualifier}{bare}{'IfExists' if dice.random() < 0.2 else ''}"


def keys(dice: Random, name: str) -> dict[str, Any]:
    return {key: wanted(dice, name) for key in dice.sample(KEYS, dice.choice((1, 1, 2)))}


def wanted(dice: Random, name: str) -> Any:
    bare = name.rpartition(":")[2]
    if bare == "Null":
        return some_of(dice, ("true", "false"), most=dice.choice((1, 1, 1, 2)))
    suited = BY_FAMILY.get(bare[0], WANTED)
    return some_of(dice, suited if dice.random() < 0.9 else WANTED)


def given(dice: Random) -> Any:
    kind = dice.random()
    if kind < 0.15:
        return None
    if kind < 0.4:
        return [dice.choice(VALUES) for _ in range(dice.choice((0, 1, 2, 3)))]
    if kind < 0.45:
        return dice.choice((True, False))
    return dice.choice(TEXTS if kind < 0.65 else VALUES)


def some_of(dice: Random, values: tuple[str, ...], most: int = 3) -> Any:
    """A list, or now and then a single text, which is as good."""
    found = [dice.choice(values) for _ in range(dice.randint(1, most))]
    return found[0] if dice.random() < 0.2 else found
