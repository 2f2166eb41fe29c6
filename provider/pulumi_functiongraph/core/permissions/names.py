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
from dataclasses import dataclass
from functools import lru_cache

from pulumi_functiongraph.core.permissions.documents import (
    IDENTITY_VERSION,
    ROLE_VERSION,
    is_mapping,
    items_of,
)
from pulumi_functiongraph.core.permissions.patterns import matches
from pulumi_functiongraph.core.permissions.resources import Name, Pattern, covers, read_pattern
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


def covers_resource(statement: _Content, name: Name, *, version: str) -> Truth:
    """Whether a statement is about a resource; one that names none is about all.

    Of a beginning it is not known when a statement is about some of those resources only.
    """
    if "NotResource" not in statement:
        return _meant(statement["Resource"], name, version) if "Resource" in statement else True
    if "Resource" in statement or version != IDENTITY_VERSION:
        return None
    return negated(_meant(statement["NotResource"], name, version))


def _acts(value: object, action: str, version: str) -> Truth:
    patterns = _listed(value)
    try:
        return _any_action(patterns, action, version)
    except TypeError:
        return _any_action(_readable(patterns), action, version)


def _meant(value: object, name: Name, version: str) -> Truth:
    patterns = _listed(value)
    try:
        read = _read(patterns)
    except TypeError:
        read = _read(_readable(patterns))
    found = read.without_match
    for pattern in read.of(name):
        truth = covers(pattern, name, version=version)
        if truth:
            return True
        if truth is None:
            found = None
    return found


def _listed(value: object) -> _Patterns:
    """The patterns, of a single one and of the object of URIs in policies for agencies as well."""
    if isinstance(value, list):  # nearly always
        return tuple(value)
    return tuple(items_of(value.get("uri") if is_mapping(value) else value))


def _readable(patterns: _Patterns) -> _Patterns:
    """What is kept is found by its hash, which lists and mappings have not."""
    return tuple(each if isinstance(each, str) else None for each in patterns)


@dataclass(frozen=True, slots=True)
class _StatementPatterns:
    """The patterns of a statement, by what they can be about.

    Attributes:
        all: every pattern.
        by_kind: those that can be about a type that some name, and those of no single type.
        others: those that can be about any other type.
        without_match: what is said when none of them matches; not known when there is none, or
            when one cannot be read.
    """

    all: Sequence[Pattern]
    by_kind: Mapping[str, Sequence[Pattern]]
    others: Sequence[Pattern]
    without_match: Truth

    def of(self, name: Name) -> Sequence[Pattern]:
        """Those that can be about a resource."""
        kind = name.parts.kind if name.parts and name.is_documented else None
        return self.all if kind is None else self.by_kind.get(kind, self.others)


@lru_cache(maxsize=_KEPT)
def _read(patterns: _Patterns) -> _StatementPatterns:
    texts = [each for each in patterns if isinstance(each, str)]
    read = [read_pattern(text) for text in texts]
    others = [pattern for pattern in read if not pattern.kind]
    by_kind = {
        kind: [pattern for pattern in read if pattern.kind in {"", kind}]
        for kind in {pattern.kind for pattern in read if pattern.kind}
    }
    without_match = False if texts and len(texts) == len(patterns) else None
    return _StatementPatterns(read, by_kind, others, without_match)


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
