"""Whether a statement is about an action and a resource.

Sources: IAM user guide, "Policy Syntax" (``Service name:Resource type:Action``, case-insensitive
but for the service, which is lower-case; ``Service:Region:Account:Resource type:Resource path``;
``*`` anywhere; the guide of Huawei Cloud also shows the service of a resource in upper case); IAM
API reference, "Querying Role Details" (the forms of system-defined roles, and ``Resource`` as an
object of URIs for agencies); IAM user guide (new console), "JSON Element Reference" (``NotAction``,
``NotResource``, ``?``).

Inference: that the path of a resource is compared with its case, as OBS compares keys; that
``${…}`` in a resource is a variable; that an empty list says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from pulumi_functiongraph.core.permissions.documents import (
    ROLE_VERSION,
    is_mapping,
    items_of,
)
from pulumi_functiongraph.core.permissions.patterns import matches, matches_beginning
from pulumi_functiongraph.core.permissions.truth import Truth, all_of, any_of, negated

_SEGMENTS = 5
_TYPE, _PATH = 3, 4
_PLACES = (1, 2)
"""Region and account, which may be left open in a pattern and in a name."""
_OPEN = frozenset({"", "*"})
_VARIABLE = re.compile(r"\$\{[^}]*\}")

_KEPT = 8192
"""Answers that are kept: many targets are asked about with the same few documents."""

_Content = Mapping[str, object]
_Patterns = tuple[object, ...]
"""What a statement lists: texts, and whatever else somebody wrote there."""


def covers_action(statement: _Content, action: str, *, version: str) -> Truth:
    """Whether a statement is about an action; not known when it does not say so as it should."""
    return _either(statement, "Action", _any_action, (action, version))


def covers_resource(statement: _Content, resource: str, *, beginning: bool) -> Truth:
    """Whether a statement is about a resource; one that names none is about all.

    Args:
        statement: one of a policy document.
        resource: the name.
        beginning: whether it stands for every resource whose name begins so; the answer is then
            not known when a statement is about some of them only.
    """
    if "Resource" not in statement and "NotResource" not in statement:
        return True
    any_matches = _any_beginning if beginning else _any_resource
    return _either(statement, "Resource", any_matches, (resource, ""))


_Asked = tuple[str, str]
"""A name, and the version of the document where that matters."""

_AnyMatches = Callable[[_Patterns, _Asked], Truth]
"""Whether one of some patterns matches."""

_OPPOSITES = {"Action": "NotAction", "Resource": "NotResource"}


def _either(statement: _Content, element: str, any_matches: _AnyMatches, asked: _Asked) -> Truth:
    """An element and its opposite exclude each other; with both, or none, it says nothing."""
    opposite = _OPPOSITES[element]
    if opposite not in statement:
        return _listed(statement[element], any_matches, asked) if element in statement else None
    if element in statement:
        return None
    return negated(_listed(statement[opposite], any_matches, asked))


def _listed(value: object, any_matches: _AnyMatches, asked: _Asked) -> Truth:
    """Whether one of the patterns matches; an empty list says nothing."""
    patterns = tuple(value if isinstance(value, list) else _only(value))
    try:
        return any_matches(patterns, asked) if patterns else None
    except TypeError:
        # What is kept is found by its hash, which lists and mappings have not.
        readable = tuple(each if isinstance(each, str) else None for each in patterns)
        return any_matches(readable, asked)


def _only(value: object) -> Sequence[object]:
    """A single pattern, or the object of URIs that policies for agencies have."""
    return items_of(value.get("uri") if is_mapping(value) else value)


@lru_cache(maxsize=_KEPT)
def _any_action(patterns: _Patterns, asked: _Asked) -> Truth:
    action, version = asked
    return any_of(
        _matches_action(pattern, action, version=version) if isinstance(pattern, str) else None
        for pattern in patterns
    )


@lru_cache(maxsize=_KEPT)
def _any_resource(patterns: _Patterns, asked: _Asked) -> Truth:
    resource, _ = asked
    return any_of(
        _matches_with_variables(pattern, resource, matches) if isinstance(pattern, str) else None
        for pattern in patterns
    )


@lru_cache(maxsize=_KEPT)
def _any_beginning(patterns: _Patterns, asked: _Asked) -> Truth:
    beginning, _ = asked
    return any_of(
        _matches_with_variables(pattern, beginning, matches_beginning)
        if isinstance(pattern, str)
        else None
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


_PathMatches = Callable[[str, str], Truth]
"""`matches`, or `matches_beginning` for all resources whose names begin so."""


def _matches_with_variables(pattern: str, resource: str, path_matches: _PathMatches) -> Truth:
    """A variable such as ``${g:UserName}`` may be anything, so it can only rule out."""
    if "${" not in pattern:
        return _matches_resource(pattern, resource, path_matches)
    widened = _VARIABLE.sub("*", pattern)
    found = _matches_resource(widened, resource, path_matches)
    return found if widened == pattern or found is False else None


def _matches_resource(pattern: str, resource: str, path_matches: _PathMatches) -> Truth:
    """Type, service and path come first: they tell most names apart, and are never open."""
    if pattern == "*":
        return True
    wanted, named = _segments(pattern), _segments(resource)
    if len(wanted) < _SEGMENTS or len(named) < _SEGMENTS:
        return _matches_whole(pattern, resource, path_matches)
    if not (matches(wanted[_TYPE], named[_TYPE]) and matches(wanted[0], named[0])):
        return False
    path = path_matches(wanted[_PATH], named[_PATH])
    if path is False:
        return False
    return all_of((path, *(_matches_place(wanted[at], named[at]) for at in _PLACES)))


@lru_cache(maxsize=_KEPT)
def _segments(name: str) -> tuple[str, ...]:
    """The segments of a name, all but the path in lower case."""
    *places, path = name.split(":", _PATH)
    return (*(place.lower() for place in places), path)


def _matches_whole(pattern: str, resource: str, path_matches: _PathMatches) -> Truth:
    """A URI, or a pattern whose star spans several segments.

    Which of its letters stand for a path, whose case counts, cannot be told; when only another
    case would match, it may.
    """
    found = path_matches(_with_lower_service(pattern), _with_lower_service(resource))
    if found is not False:
        return found
    return None if path_matches(pattern.lower(), resource.lower()) is not False else False


def _with_lower_service(name: str) -> str:
    service, colon, rest = name.partition(":")
    return f"{service.lower()}:{rest}" if colon else name


def _matches_place(wanted: str, named: str) -> Truth:
    """A pattern that leaves a region or an account open takes any; a name that does may be any."""
    if wanted in _OPEN:
        return True
    return None if named in _OPEN else matches(wanted, named)
