"""Names of resources and the patterns that statements have for them, taken apart once.

Sources: IAM user guide, "Policy Syntax" (``Service:Region:Account:Resource type:Resource path``,
``*`` anywhere; the guide of Huawei Cloud also shows the service of a resource in upper case); IAM
API reference, "Querying Role Details" (URIs for agencies); IAM user guide (new console), "JSON
Element Reference" (``?``, in version 5.0); OBS permissions configuration guide, "IAM Permissions",
and FunctionGraph user guide, "Creating a Custom Policy" (types and paths of the two services; no
document names resources of SMN and DIS in policies of versions 1.0 and 1.1).

Only a pattern that is written as documented says yes or no. One that would match if it were read
with goodwill says neither: another case, a URN where a path stands, a path without its first part,
an empty segment, another spelling of a region or an account, a name of SMN or DIS.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from pulumi_functiongraph.core.permissions.documents import IDENTITY_VERSION
from pulumi_functiongraph.core.permissions.patterns import (
    has_wildcards,
    matches,
    matches_beginning,
    sure_beginning,
)
from pulumi_functiongraph.core.permissions.truth import Truth, all_of

_SEGMENTS = 5
_OPEN = frozenset({"", "*"})
"""How a region or an account of a name is left open."""
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_KEPT = 8192
"""Patterns that are kept taken apart; 30 policies have some hundreds."""

_KINDS: Mapping[str, Collection[str]] = MappingProxyType(
    {
        "obs": frozenset({"bucket", "object"}),
        "functiongraph": frozenset({"function", "trigger"}),
    }
)
"""By service, its documented types of resources."""

_OTHER_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {"fss": "functiongraph", "fgs": "functiongraph"}
)
"""What a URN and the API's paths call FunctionGraph."""

_URN = "urn:"
_OTHER_NAMES = frozenset({"urn", "arn"})
"""What begins names of other forms; S3's, which OBS takes in bucket policies, begin ``arn:``."""
_NO_SERVICES = frozenset({*_OTHER_SPELLINGS, *_OTHER_NAMES})
"""What stands at the beginning of other names."""
_SLASHES = re.compile("/{2,}")


@dataclass(frozen=True, slots=True)
class Parts:
    """The five segments of a name, the service in lower case."""

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
        is_documented: whether documents say how a policy names such a resource.
        is_beginning: whether it stands for every resource whose name begins so.
        path: its path, or the whole text without segments, in lower case, each colon a slash.
        likes: what else may name it, so written.
    """

    text: str
    parts: Parts | None
    is_documented: bool
    is_beginning: bool
    path: str
    likes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a statement says which resources it is about.

    Attributes:
        text: as it is written, any value in place of each variable.
        parts: its segments when it is written as documented, else ``None``.
        kind: the documented type, in lower case, empty when it may be about several.
        service: in lower case, empty when it does not say which.
        beginning: how each path that it matches begins, in lower case.
        tails: what it ends in from each of its parts on, in lower case, each colon a slash.
        has_variable: whether it has a variable, so that it can only rule out.
        has_question: whether it has a ``?``, which is a wildcard for sure in one version only.
    """

    text: str
    parts: Parts | None
    kind: str
    service: str
    beginning: str
    tails: tuple[str, ...]
    has_variable: bool
    has_question: bool


@lru_cache(maxsize=_KEPT)
def read_name(text: str, *, is_beginning: bool = False) -> Name:
    """Take the name of a resource apart."""
    parts = _parts(text)
    path = (parts.path if parts else text).lower().replace(":", "/")
    if parts is None:
        return Name(text, None, is_documented=False, is_beginning=is_beginning, path=path)
    first, last = path.partition("/")[0], path.rpartition("/")[2]
    likes = (first,) if is_beginning else (first, last, f"{path}/latest")
    is_documented = parts.kind in _KINDS.get(parts.service, ())
    return Name(text, parts, is_documented, is_beginning, path, likes)


@lru_cache(maxsize=_KEPT)
def read_pattern(text: str) -> Pattern:
    """Take a pattern of a statement apart."""
    widened = _VARIABLE.sub("*", text)
    parts = _parts(widened)
    if parts and not _is_as_documented(parts):
        parts = None
    kind = parts.kind.lower() if parts and not has_wildcards(parts.kind) else ""
    folded = widened.lower().removeprefix(_URN)
    service = folded.partition(":")[0] if ":" in folded else ""
    spread = folded.replace(":", "/").rstrip("/")
    starts = [0, *(at + 1 for at, letter in enumerate(spread) if letter == "/")]
    return Pattern(
        text=widened,
        parts=parts,
        kind=kind,
        service="" if service in _OTHER_NAMES else _OTHER_SPELLINGS.get(service, service),
        beginning=sure_beginning(parts.path).lower() if parts else "",
        tails=tuple(filter(None, (spread[at:] for at in starts))),
        has_variable=widened != text,
        has_question="?" in widened,
    )


def is_documented(resource: str) -> bool:
    """Whether documents say how a policy names such a resource."""
    return read_name(resource).is_documented


def covers(pattern: Pattern, name: Name, *, version: str) -> Truth:
    """Whether a pattern is about a resource; of a beginning, not known when about some only."""
    found = _covers(pattern, name)
    is_surely_read = version == IDENTITY_VERSION or not pattern.has_question
    return None if found and (pattern.has_variable or not is_surely_read) else found


def _covers(pattern: Pattern, name: Name) -> Truth:
    named, wanted = name.parts, pattern.parts
    if _is_all(pattern) or (named is None and matches(pattern.text, name.text)):
        return True
    if named and pattern.service and not matches(pattern.service, named.service):
        return False
    if wanted and (wanted.region, wanted.account, wanted.kind, wanted.path) == _ALL:
        return True
    if wanted and named and name.is_documented:
        found = _covers_parts(wanted, named, name, begins=pattern.beginning)
        return _with_fewer_slashes(pattern.text, named, name) if found is False else found
    if named and pattern.service and named.service not in _KINDS:
        return None  # how its resources are named, no document says
    return _near(pattern, name)


def _with_fewer_slashes(text: str, named: Parts, name: Name) -> Truth:
    """Not known when it would match without its empty parts; else not a match."""
    if "//" not in text:
        return False
    fewer = read_pattern(_SLASHES.sub("/", text))
    parts = fewer.parts
    found = _covers_parts(parts, named, name, begins=fewer.beginning) if parts else None
    return False if found is False else None


_ALL = ("*", "*", "*", "*")
"""All of a service, however its resources are named."""


def _is_all(pattern: Pattern) -> bool:
    return bool(pattern.text) and not pattern.text.strip("*")


def _covers_parts(wanted: Parts, named: Parts, name: Name, *, begins: str) -> Truth:
    """The path comes first: it tells most names apart, and is never open."""
    path = named.path.lower()
    if not (path.startswith(begins) or (name.is_beginning and begins.startswith(path))):
        return False
    kind = _matches_but_for_case(wanted.kind, named.kind)
    if kind is False:
        return False
    found = _matches_path(wanted.path, named.path, name)
    if found is False:
        return False
    places = ((wanted.region, named.region), (wanted.account, named.account))
    region, account = (_matches_place(*each) for each in places)
    # An account may be given by its name, and a project may stand where the account should.
    return all_of((kind, found, region, None if account is False else account))


def _near(pattern: Pattern, name: Name) -> Truth:
    """Not known when something of the pattern could name it, however it is written; else not."""
    is_near = not pattern.tails or any(
        _matches(tail, name.path, name) is not False
        or any(matches(tail, like) for like in name.likes)
        for tail in pattern.tails
    )
    return None if is_near else False


def _matches_path(pattern: str, path: str, name: Name) -> Truth:
    found = _matches(pattern, path, name)
    if found is False and _matches(pattern.lower(), path.lower(), name) is not False:
        return None
    return found


def _matches(pattern: str, text: str, name: Name) -> Truth:
    return matches_beginning(pattern, text) if name.is_beginning else matches(pattern, text)


def _matches_but_for_case(pattern: str, text: str) -> Truth:
    if matches(pattern, text):
        return True
    return None if matches(pattern.lower(), text.lower()) else False


def _matches_place(wanted: str, named: str) -> Truth:
    """A pattern that leaves a region or an account open takes any; a name that does may be any.

    A part of a region has a name that begins with the region's, such as ``eu-de_shop``.
    """
    if wanted == "*":
        return True
    if wanted == "" or named in _OPEN:
        return None
    found = _matches_but_for_case(wanted, named)
    is_part = wanted.lower().startswith(f"{named}_") or named.startswith(f"{wanted.lower()}_")
    return None if found is False and is_part else found


def _is_as_documented(parts: Parts) -> bool:
    """Whether a pattern has the form that its service documents."""
    kinds = _KINDS.get(parts.service)
    if kinds is None:
        return parts.service not in _NO_SERVICES
    kind, path = parts.kind.lower(), parts.path
    if kind not in kinds and not has_wildcards(kind):
        return False
    if not path or path.startswith("/"):
        return False
    if kind == "object":
        return "/" in path or "*" in path
    if kind == "function":
        is_whole = path.count("/") == 1 and not path.endswith("/")
        return ":" not in path and (is_whole or ("*" in path and "/" not in path))
    return kind != "bucket" or not {"/", ":"} & set(path)


def _parts(text: str) -> Parts | None:
    *places, path = text.split(":", _SEGMENTS - 1)
    if len(places) < _SEGMENTS - 1:
        return None
    service, region, account, kind = places
    return Parts(service.lower(), region, account, kind, path)
