"""Whether a statement is about an action and a resource.

Sources: IAM user guide, "Policy Syntax" (``Service name:Resource type:Action``, case-insensitive
but for the service, which is lower-case; ``Service:Region:Account:Resource type:Resource path``;
``*`` anywhere); IAM API reference, "Querying Role Details" (the forms of system-defined roles, and
``Resource`` as an object of URIs for agencies); IAM user guide (new console), "JSON Element
Reference" (``NotAction``, ``NotResource``, ``?``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pulumi_functiongraph.core.permissions.documents import ROLE_VERSION, Statement, items_of
from pulumi_functiongraph.core.permissions.patterns import matches, matches_beginning
from pulumi_functiongraph.core.permissions.truth import Truth, all_of, any_of, negated

_SEGMENTS = 5
_PATH = 4
_PLACES = (1, 2)
"""Region and account, which may be left open in a pattern and in a name."""
_OPEN = frozenset({"", "*"})


def covers_action(statement: Statement, action: str) -> Truth:
    """Whether a statement is about an action; not known when it does not say so as it should."""

    def one(pattern: str) -> Truth:
        return _matches_action(pattern, action, version=statement.version)

    return _either(statement.content, "Action", "NotAction", one)


def covers_resource(statement: Statement, resource: str, *, beginning: bool) -> Truth:
    """Whether a statement is about a resource; one that names none is about all.

    Args:
        statement: one of a policy document.
        resource: the name.
        beginning: whether it stands for every resource whose name begins so; the answer is then
            not known when a statement is about some of them only.
    """
    if "Resource" not in statement.content and "NotResource" not in statement.content:
        return True

    def one(pattern: str) -> Truth:
        return _matches_resource(pattern, resource, beginning=beginning)

    return _either(statement.content, "Resource", "NotResource", one)


def _either(
    content: Mapping[str, object], element: str, opposite: str, one: Callable[[str], Truth]
) -> Truth:
    """The two elements exclude each other; with both, or none, the statement says nothing."""
    if (element in content) == (opposite in content):
        return None
    if element in content:
        return _any_pattern(content[element], one)
    return negated(_any_pattern(content[opposite], one))


def _any_pattern(value: object, one: Callable[[str], Truth]) -> Truth:
    if isinstance(value, Mapping):
        value = value.get("uri")
    return any_of(one(item) if isinstance(item, str) else None for item in items_of(value))


def _matches_action(pattern: str, action: str, *, version: str) -> Truth:
    """An empty segment (``::Get``) of a system-defined role stands for any."""
    segments = pattern.split(":")
    if "" in segments:
        if version != ROLE_VERSION:
            return None
        pattern = ":".join(segment or "*" for segment in segments)
    return matches(pattern.lower(), action.lower())


def _matches_resource(pattern: str, resource: str, *, beginning: bool) -> Truth:
    path_matches = matches_beginning if beginning else matches
    if pattern == "*":
        return True
    wanted, named = pattern.split(":", _PATH), resource.split(":", _PATH)
    if len(wanted) < _SEGMENTS or len(named) < _SEGMENTS:
        # Not of five segments, such as a URI, or a pattern whose star spans several of them.
        return path_matches(pattern, resource)
    return all_of(
        (
            matches(wanted[0].lower(), named[0].lower()),
            *(_matches_place(wanted[at], named[at]) for at in _PLACES),
            matches(wanted[3].lower(), named[3].lower()),
            path_matches(wanted[_PATH], named[_PATH]),
        )
    )


def _matches_place(wanted: str, named: str) -> Truth:
    """A pattern that leaves a region or an account open takes any; a name that does may be any."""
    if wanted in _OPEN:
        return True
    return None if named in _OPEN else matches(wanted.lower(), named.lower())
