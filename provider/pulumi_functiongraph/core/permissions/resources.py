"""Names of resources and the patterns that statements have for them, taken apart once.

Sources: IAM user guide, "Policy Syntax" (``Service:Region:Account:Resource type:Resource path``,
``*`` anywhere; the guide of Huawei Cloud also shows the service of a resource in upper case); IAM
API reference, "Querying Role Details" (URIs for agencies); IAM user guide (new console), "JSON
Element Reference" (``?``).

Inference: that the path of a resource is compared with its case, as OBS compares keys; that
``${…}`` in a resource is a variable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pulumi_functiongraph.core.permissions.patterns import (
    has_wildcards,
    matches,
    matches_beginning,
    sure_beginning,
)
from pulumi_functiongraph.core.permissions.truth import Truth, all_of

_SEGMENTS = 5
_OPEN = frozenset({"", "*"})
"""How a region or an account is left open, in a pattern and in a name."""
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_KEPT = 8192
"""Patterns that are kept taken apart; 30 policies have some hundreds."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The five segments of a name, all but the path in lower case."""

    service: str
    region: str
    account: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a resource that is asked about.

    Attributes:
        text: as it is written.
        parts: its segments, ``None`` when it has fewer than five.
        is_beginning: whether it stands for every resource whose name begins so.
    """

    text: str
    parts: Parts | None
    is_beginning: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a statement says which resources it is about.

    Attributes:
        text: as it is written, any value in place of each variable.
        parts: its segments, ``None`` when it has fewer than five.
        kind: the type when it is one, empty when it is a pattern.
        beginning: how each path that it matches begins.
        has_variable: whether it has a variable, so that it can only rule out.
    """

    text: str
    parts: Parts | None
    kind: str
    beginning: str
    has_variable: bool


def read_name(text: str, *, is_beginning: bool = False) -> Name:
    """Take the name of a resource apart."""
    return Name(text, _parts(text), is_beginning)


@lru_cache(maxsize=_KEPT)
def read_pattern(text: str) -> Pattern:
    """Take a pattern of a statement apart."""
    widened = _VARIABLE.sub("*", text)
    parts = _parts(widened)
    kind = parts.kind if parts and not has_wildcards(parts.kind) else ""
    beginning = sure_beginning(parts.path) if parts else ""
    return Pattern(widened, parts, kind, beginning, widened != text)


def covers(pattern: Pattern, name: Name) -> Truth:
    """Whether a pattern is about a resource; of a beginning, not known when about some only.

    The path comes first: it tells most names apart, and is never open.
    """
    wanted, named = pattern.parts, name.parts
    if wanted is None or named is None:
        return _ruled_out_only(pattern, _covers_whole(pattern, name))
    begins = pattern.beginning
    if not (named.path.startswith(begins) or (name.is_beginning and begins.startswith(named.path))):
        return False
    return _ruled_out_only(pattern, _covers_parts(wanted, named, name))


def _ruled_out_only(pattern: Pattern, found: Truth) -> Truth:
    return None if found and pattern.has_variable else found


def _covers_parts(wanted: Parts, named: Parts, name: Name) -> Truth:
    if not (matches(wanted.kind, named.kind) and matches(wanted.service, named.service)):
        return False
    path = _matches(wanted.path, named.path, name)
    if path is False:
        return False
    places = ((wanted.region, named.region), (wanted.account, named.account))
    return all_of((path, *(_matches_place(*each) for each in places)))


def _covers_whole(pattern: Pattern, name: Name) -> Truth:
    """A URI, or a pattern whose star spans several segments.

    Which of its letters stand for a path, whose case counts, cannot be told; when only another
    case would match, it may.
    """
    if pattern.text == "*":
        return True
    found = _matches(_with_lower_service(pattern.text), _with_lower_service(name.text), name)
    if found is not False:
        return found
    return None if _matches(pattern.text.lower(), name.text.lower(), name) is not False else False


def _matches(pattern: str, text: str, name: Name) -> Truth:
    return matches_beginning(pattern, text) if name.is_beginning else matches(pattern, text)


def _matches_place(wanted: str, named: str) -> Truth:
    """A pattern that leaves a region or an account open takes any; a name that does may be any."""
    if wanted in _OPEN:
        return True
    return None if named in _OPEN else matches(wanted, named)


def _parts(text: str) -> Parts | None:
    *places, path = text.split(":", _SEGMENTS - 1)
    if len(places) < _SEGMENTS - 1:
        return None
    service, region, account, kind = (place.lower() for place in places)
    return Parts(service, region, account, kind, path)


def _with_lower_service(name: str) -> str:
    service, colon, rest = name.partition(":")
    return f"{service.lower()}:{rest}" if colon else name
