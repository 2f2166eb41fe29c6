"""Whether a statement is about an action and a resource.

Sources: IAM user guide, "Policy Syntax" (``Service name:Resource type:Action``, case-insensitive
but for the service, which is lower-case; ``*`` anywhere); IAM API reference, "Querying Role
Details" (the forms of system-defined roles, and ``Resource`` as an object of URIs for agencies);
IAM user guide (new console), "JSON Element Reference" (``NotAction``, ``NotResource``, ``?``).

Inference: that an empty list says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pulumi_functiongraph.core.permissions.documents import (
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
    if "Action" in statement:
        return None  # they exclude each other
    return negated(_acts(statement["NotAction"], action, version))


def covers_resource(statement: _Content, name: Name) -> Truth:
    """Whether a statement is about a resource; one that names none is about all.

    Of a beginning it is not known when a statement is about some of those resources only.
    """
    if "NotResource" not in statement:
        return _meant(statement["Resource"], name) if "Resource" in statement else True
    if "Resource" in statement:
        return None
    return negated(_meant(statement["NotResource"], name))


def _acts(value: object, action: str, version: str) -> Truth:
    patterns = _listed(value)
    try:
        return _any_action(patterns, action, version)
    except TypeError:
        return _any_action(_readable(patterns), action, version)


def _meant(value: object, name: Name) -> Truth:
    patterns = _listed(value)
    try:
        read = _read(patterns)
    except TypeError:
        read = _read(_readable(patterns))
    found = read.without_match
    for pattern in read.of(name):
        truth = covers(pattern, name)
        if truth:
            return True
        if truth is None:
            found = None
    return found


def _listed(value: object) -> _Patterns:
    """The patterns, of a single one and of the object of URIs in policies for agencies as well."""
    return tuple(value if isinstance(value, list) else _only(value))


def _only(value: object) -> Sequence[object]:
    return items_of(value.get("uri") if is_mapping(value) else value)


def _readable(patterns: _Patterns) -> _Patterns:
    """What is kept is found by its hash, which lists and mappings have not."""
    return tuple(each if isinstance(each, str) else None for each in patterns)


@dataclass(frozen=True, slots=True)
class _Read:
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
        return self.all if name.parts is None else self.by_kind.get(name.parts.kind, self.others)


@lru_cache(maxsize=_KEPT)
def _read(patterns: _Patterns) -> _Read:
    texts = [each for each in patterns if isinstance(each, str)]
    read = [read_pattern(text) for text in texts]
    others = [pattern for pattern in read if not pattern.kind]
    by_kind = {
        kind: [pattern for pattern in read if pattern.kind in {"", kind}]
        for kind in {pattern.kind for pattern in read if pattern.kind}
    }
    without_match = False if texts and len(texts) == len(patterns) else None
    return _Read(read, by_kind, others, without_match)


@lru_cache(maxsize=_KEPT)
def _any_action(patterns: _Patterns, action: str, version: str) -> Truth:
    if not patterns:
        return None
    return any_of(
        _matches_action(pattern, action, version=version) if isinstance(pattern, str) else None
        for pattern in patterns
    )


def _matches_action(pattern: str, action: str, *, version: str) -> Truth:
    """An empty segment (``::Get``) of a system-defined role stands for any."""
    segments = pattern.split(":")
    if "" in segments:
        if version != ROLE_VERSION:
            return None
        pattern = ":".join(segment or "*" for segment in segments)
    return matches(pattern.lower(), action.lower())
