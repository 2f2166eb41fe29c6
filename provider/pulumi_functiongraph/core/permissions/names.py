"""Whether a statement is about an action and a resource.

Sources: IAM user guide, "Policy Syntax" (``Service name:Resource type:Action``, case-insensitive
but for the service, which is lower-case; ``*`` anywhere); IAM API reference, "Querying Role
Details" (the forms of system-defined roles, and ``Resource`` as an object of URIs for agencies);
IAM user guide (new console), "JSON Element Reference" (``NotAction``, ``NotResource``, ``?``, all
in version 5.0).

What no document explains is not known: an empty list, ``::Get`` of a role for what it may mean, an
action that has service and verb of the one that is asked about in another form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from pulumi_functiongraph.core.permissions.patterns import matches
from pulumi_functiongraph.core.permissions.resources import (
    Name,
    Pattern,
    covers,
    patterns_about,
    read_pattern,
)
from pulumi_functiongraph.core.permissions.statements import (
    IDENTITY_VERSION,
    ROLE_VERSION,
    is_mapping,
    items_of,
)
from pulumi_functiongraph.core.permissions.truth import Truth, any_of, negated

_KEPT = 8192
"""Lists that are kept read: a few actions and many targets meet the same few statements."""

_Content = Mapping[str, object]
_Patterns = tuple[object, ...]
"""What a statement lists: texts, and whatever else somebody wrote there."""


def covers_action(statement: _Content, action: str, *, version: str) -> Truth:
    """Whether a statement is about an action; not known when it does not say so as it should."""
    if "NotAction" not in statement:
        return _acts(statement["Action"], action, version) if "Action" in statement else None
    if "Action" in statement or version != IDENTITY_VERSION:
        return None  # they exclude each other
    return negated(_acts(statement["NotAction"], action, version))


class Coverage(msgspec.Struct, frozen=True):
    """What a statement says of the resources of a type: of all of them, or by their names.

    Attributes:
        found: what the type alone decides.
        left: the patterns that a name has to be laid against where that is not true.
        version: of the document.
        is_negated: whether it is about everything else.
        beginnings: how paths begin that the patterns may match, in lower case.
    """

    found: Truth
    left: Sequence[Pattern]
    version: str
    is_negated: bool
    beginnings: tuple[str, ...] = ("",)

    def of(self, name: Name) -> Truth:
        """Whether the statement is about a resource of the type.

        Of a beginning it is not known when it is about some of those resources only.
        """
        found = self.found
        for pattern in self.left if self._may_match(name) else ():
            truth = covers(pattern, name, version=self.version)
            if truth:
                found = True
                break
            if truth is None:
                found = None
        return negated(found) if self.is_negated else found

    def _may_match(self, name: Name) -> bool:
        path = name.lower_path
        return path.startswith(self.beginnings) or (
            name.is_beginning and any(each.startswith(path) for each in self.beginnings)
        )


def coverage(statement: _Content, service: str, kind: str, *, version: str) -> Coverage:
    """What a statement says of a type; one that names no resource is about all.

    Args:
        statement: as the document has it.
        service: the service of the resource, empty when its name says none.
        kind: its type, empty when no document has it.
        version: of the document.
    """
    is_negated = "NotResource" in statement
    if is_negated and ("Resource" in statement or version != IDENTITY_VERSION):
        return Coverage(None, (), version, is_negated=False)
    if not is_negated and "Resource" not in statement:
        return Coverage(True, (), version, is_negated=False)
    patterns = _listed(statement["NotResource" if is_negated else "Resource"])
    try:
        return _coverage(patterns, service, kind, version, is_negated)
    except TypeError:
        return _coverage(_readable(patterns), service, kind, version, is_negated)


def _acts(value: object, action: str, version: str) -> Truth:
    patterns = _listed(value)
    try:
        return _any_action(patterns, action, version)
    except TypeError:
        return _any_action(_readable(patterns), action, version)


def _listed(value: object) -> _Patterns:
    """The patterns, of a single one and of the object of URIs in policies for agencies as well."""
    if isinstance(value, list):  # nearly always
        return tuple(value)
    return tuple(items_of(value.get("uri") if is_mapping(value) else value))


def _readable(patterns: _Patterns) -> _Patterns:
    """What is kept is found by its hash, which lists and mappings have not."""
    return tuple(each if isinstance(each, str) else None for each in patterns)


@lru_cache(maxsize=_KEPT)
def _coverage(
    patterns: _Patterns,
    service: str,
    kind: str,
    version: str,
    is_negated: bool,  # noqa: FBT001 - a key of the cache
) -> Coverage:
    """Nothing is known by no pattern, nor by one that is no text."""
    texts = [each for each in patterns if isinstance(each, str)]
    found, left = patterns_about(map(read_pattern, texts), service, kind, version=version)
    if not texts or len(texts) < len(patterns):
        found = any_of((found, None))
    beginnings = tuple(each.beginning for each in left) if kind else ("",)
    return Coverage(found, () if found else left, version, is_negated, beginnings)


@lru_cache(maxsize=_KEPT)
def _any_action(patterns: _Patterns, action: str, version: str) -> Truth:
    if not patterns:
        return None
    return any_of(
        _matches_action(pattern, action, version=version) if isinstance(pattern, str) else None
        for pattern in patterns
    )


def _matches_action(pattern: str, action: str, *, version: str) -> Truth:
    """Whether a pattern, in whatever case, is about an action."""
    wanted, named = pattern.lower(), action.lower()
    segments = wanted.split(":")
    if "" in segments:
        return _matches_odd(segments, named) if version == ROLE_VERSION else None
    if matches(wanted, named):
        return None if "?" in wanted and version != IDENTITY_VERSION else True
    service, verb = named.partition(":")[0], named.rpartition(":")[2]
    is_of_service = len(segments) > 1 and matches(segments[0], service)
    is_whole = len(segments) == named.count(":") + 1
    is_alike = segments[-1] == verb or (not is_whole and matches(segments[-1], verb))
    return None if is_of_service and is_alike else False


def _matches_odd(segments: Sequence[str], action: str) -> Truth:
    """``::Get`` of a system-defined role: what it is about, no document says in so many words."""
    named = action.split(":")
    verb = segments[-1]
    is_read = verb in _READING and named[-1].startswith(_READS)
    if verb and not (is_read or named[-1].startswith(verb)):
        return False
    rest = zip(segments[:-1], named[:-1], strict=False)
    return None if all(not wanted or matches(wanted, text) for wanted, text in rest) else False


_READING = frozenset({"get", "list"})
_READS = ("get", "list", "head", "query", "show")
