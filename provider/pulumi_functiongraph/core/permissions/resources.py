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
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from pulumi_functiongraph.core.permissions.patterns import (
    has_wildcards,
    matches,
    matches_beginning,
    sure_beginning,
)
from pulumi_functiongraph.core.permissions.statements import IDENTITY_VERSION
from pulumi_functiongraph.core.permissions.truth import Truth, all_of, any_of

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


class Parts(NamedTuple):
    """The five segments of a name, the service in lower case."""

    service: str
    region: str
    account: str
    kind: str
    path: str


class Name(msgspec.Struct, frozen=True):
    """The name of a resource that is asked about.

    Attributes:
        text: as it is written.
        parts: its segments, ``None`` when it has fewer than five.
        is_documented: whether documents say how a policy names such a resource.
        is_beginning: whether it stands for every resource whose name begins so.
        lower_path: its path, or the whole text without segments, in lower case.
        path: the same, each colon a slash.
        likes: what else may name it, so written.
    """

    text: str
    parts: Parts | None
    is_documented: bool
    is_beginning: bool
    lower_path: str
    path: str
    likes: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """Its service, empty when it names none."""
        return self.parts.service if self.parts else ""

    @property
    def kind(self) -> str:
        """Its type, empty when no document has it."""
        return self.parts.kind if self.parts and self.is_documented else ""


class Pattern(msgspec.Struct, frozen=True):
    """What a statement says which resources it is about.

    Attributes:
        text: as it is written, any value in place of each variable.
        parts: its segments when it is written as documented, else ``None``.
        kind: the documented type, in lower case, empty when it may be about several.
        service: in lower case, empty when it does not say which.
        beginning: how each path that it may match begins, in lower case; empty for any.
        tails: what it ends in from each of its parts on, in lower case, each colon a slash.
        is_of_all: whether it is about every resource, or about every one of its service.
        has_variable: whether it has a variable, so that it can only rule out.
        has_question: whether it has a ``?``, which is a wildcard for sure in one version only.
    """

    text: str
    parts: Parts | None
    kind: str
    service: str
    beginning: str
    tails: tuple[str, ...]
    is_of_all: bool
    has_variable: bool
    has_question: bool

    def if_it_matches(self, version: str) -> Truth:
        """What is said of a resource that it matches."""
        is_surely_read = version == IDENTITY_VERSION or not self.has_question
        return True if is_surely_read and not self.has_variable else None


@lru_cache(maxsize=_KEPT)
def read_name(text: str, *, is_beginning: bool = False) -> Name:
    """Take the name of a resource apart."""
    parts = _parts(text)
    lower = (parts.path if parts else text).lower()
    path = lower.replace(":", "/")
    if parts is None:
        return Name(text, None, False, is_beginning, lower, path)
    first, last = path.partition("/")[0], path.rpartition("/")[2]
    likes = (first,) if is_beginning else (first, last, f"{path}/latest")
    is_documented = parts.kind in _KINDS.get(parts.service, ())
    return Name(text, parts, is_documented, is_beginning, lower, path, likes)


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
        beginning=sure_beginning(parts.path).lower() if parts and "//" not in widened else "",
        tails=tuple(filter(None, (spread[at:] for at in starts))),
        is_of_all=bool(widened and not widened.strip("*"))
        or (parts is not None and parts[1:] == ("*", "*", "*", "*")),
        has_variable=widened != text,
        has_question="?" in widened,
    )


def is_documented(resource: str) -> bool:
    """Whether documents say how a policy names such a resource."""
    return read_name(resource).is_documented


def patterns_about(
    patterns: Iterable[Pattern], service: str, kind: str, *, version: str
) -> tuple[Truth, Sequence[Pattern]]:
    """What the service and the type of a name decide, and the patterns that need all of it.

    Args:
        patterns: of which one has to be about the resource.
        service: the service of the name, empty when it names none.
        kind: its type, empty when no document has it.
        version: of the document.
    """
    found: Truth = False
    left = []
    for pattern in patterns:
        if service and pattern.service and not matches(pattern.service, service):
            continue
        if pattern.is_of_all:
            found = any_of((found, pattern.if_it_matches(version)))
        elif service and pattern.service and service not in _KINDS:
            found = any_of((found, None))  # how its resources are named, no document says
        elif not kind or pattern.kind in {"", kind}:
            left.append(pattern)
    return found, left


def covers(pattern: Pattern, name: Name, *, version: str) -> Truth:
    """Whether a pattern that is left is about a resource; not known when about a part of those."""
    named, wanted = name.parts, pattern.parts
    found: Truth
    if wanted and named and name.is_documented:
        found = _covers_parts(wanted, named, name)
        if found is False and "//" in pattern.text:
            found = _with_fewer_slashes(pattern.text, named, name)
    elif named is None and matches(pattern.text, name.text):
        found = True
    else:
        found = _near(pattern, name)
    return pattern.if_it_matches(version) if found else found


def _with_fewer_slashes(text: str, named: Parts, name: Name) -> Truth:
    """Not known when a pattern would match without its empty parts; else not a match."""
    fewer = read_pattern(_SLASHES.sub("/", text))
    found = _covers_parts(fewer.parts, named, name) if fewer.parts else None
    return False if found is False else None


def _covers_parts(wanted: Parts, named: Parts, name: Name) -> Truth:
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
    folded = pattern.lower(), path.lower()
    if found is False and folded != (pattern, path) and _matches(*folded, name) is not False:
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
