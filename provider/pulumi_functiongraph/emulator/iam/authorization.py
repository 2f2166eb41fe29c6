"""What policies allow: the emulator's own judgement, shared with no client.

Written from IAM's manual, "Policy Content" and "Authentication Process": a Deny that applies wins,
else an Allow that applies, else the request is refused. Where a document says something that this
module does not know (an operator, a key that the request does not carry), an Allow does not allow
and a Deny denies.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.conditions import Context, holds
from pulumi_functiongraph.emulator.iam.wildcards import matches

SEGMENTS = 5
"""Of a resource: service, region, account, type, and name (which may hold ":")."""


class Granted(msgspec.Struct, frozen=True):
    """A role that somebody has in the place that counts."""

    name: str
    """Display name."""
    document: Mapping[str, object]


class Decision(msgspec.Struct, frozen=True):
    """The answer, and what it comes from."""

    decision: Literal["Allowed", "Denied"]
    role: str | None = None
    statement: int | None = None
    """Index within the role's document; None when no statement applies."""
    ineffective: tuple[str, ...] = ()
    """Roles without effect, because a role that they depend on is not granted."""


def decide(granted: Sequence[Granted], action: str, resource: str, context: Context) -> Decision:
    """Judge one action on one resource.

    Args:
        granted: all roles that count in the place of the resource.
        action: such as `smn:topic:publish`.
        resource: five segments, such as `obs:*:*:object:results/a`.
        context: global condition keys and their values; a key that is left out is absent.
    """
    names = {role.name for role in granted}
    effective = [role for role in granted if needed_roles(role.document) <= names]
    ineffective = tuple(sorted(role.name for role in granted if role not in effective))
    for effect in ("Deny", "Allow"):
        for role in effective:
            for index, statement in enumerate(_statements(role.document)):
                if statement.get("Effect") == effect and _applies(
                    statement, action, resource, context
                ):
                    decision: Literal["Allowed", "Denied"] = (
                        "Allowed" if effect == "Allow" else "Denied"
                    )
                    return Decision(decision, role.name, index, ineffective)
    return Decision("Denied", ineffective=ineffective)


def needed_roles(document: Mapping[str, object]) -> set[str]:
    """Display names of the roles without which a role has no effect."""
    depends = document.get("Depends")
    if not isinstance(depends, list):
        return set()
    return {str(each.get("display_name")) for each in depends if isinstance(each, dict)}


def _statements(document: Mapping[str, object]) -> list[JsonObject]:
    statements = document.get("Statement")
    if isinstance(statements, dict):
        return [statements]
    return (
        [each for each in statements if isinstance(each, dict)]
        if isinstance(statements, list)
        else []
    )


def _applies(statement: JsonObject, action: str, resource: str, context: Context) -> bool:
    if "Action" in statement:
        acts = any(_is_action(each, action) for each in _texts(statement["Action"]))
    else:
        acts = not any(_is_action(each, action) for each in _texts(statement.get("NotAction")))
    if not acts or not _covers(statement, resource):
        return False
    found = holds(statement.get("Condition"), context)
    return statement.get("Effect") == "Deny" if found is None else found


def _covers(statement: JsonObject, resource: str) -> bool:
    if "NotResource" in statement:
        return not any(is_resource(each, resource) for each in _texts(statement["NotResource"]))
    if "Resource" in statement:
        return any(is_resource(each, resource) for each in _texts(statement["Resource"]))
    return True


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        uris = _texts(value.get("uri"))
        return [re.sub(r"^/iam/agencies/", "iam:*:*:agency:", uri) for uri in uris]
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


@lru_cache(maxsize=4096)
def _is_action(pattern: str, action: str) -> bool:
    """Case counts nowhere; an empty segment is any; "::Get" is every action that starts so.

    That last form is of roles of version 1.0; how IAM reads it is not documented.
    """
    if pattern.startswith("::"):
        return action.rpartition(":")[2].lower().startswith(pattern[2:].lower())
    segments = [each or "*" for each in _one_service(pattern).split(":")]
    wanted = ":".join(segments)
    return matches(wanted.lower(), _one_service(action).lower())


def _one_service(action: str) -> str:
    """IAM calls itself `iam` in policies and `identity` in roles; here both are one."""
    service, colon, rest = action.partition(":")
    return ("iam" if service.lower() == "identity" else service) + colon + rest


def is_resource(pattern: str, resource: str) -> bool:
    """Whether a name with wildcards covers a resource; an empty segment is any."""
    if pattern == "*":
        return True
    left, right = pattern.split(":", SEGMENTS - 1), resource.split(":", SEGMENTS - 1)
    if len(left) != SEGMENTS or len(right) != SEGMENTS:
        return matches(pattern, resource)
    service, region, account, kind, name = left
    return (
        matches(service.lower() or "*", right[0].lower())
        and (right[1] in {"", "*"} or matches(region or "*", right[1]))
        and (right[2] in {"", "*"} or matches(account or "*", right[2]))
        and matches(kind.lower() or "*", right[3].lower())
        and matches(name or "*", right[4])
    )


def context_of(values: Mapping[str, str]) -> Context:
    """Condition keys, whose case does not count."""
    return {name.lower(): (value,) for name, value in values.items()}
