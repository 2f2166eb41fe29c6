"""Whether the conditions of a statement hold for what is known of a request.

Sources: IAM user guide of Huawei Cloud, "Policy Syntax": several values of a key are alternatives,
and of a negated operator none may match; keys and operators have to hold together; ``IfExists``
holds without the key and ends any operator but ``Null``; ``ForAllValues`` and ``ForAnyValue``, of
which the latter never holds for an empty set. What no document says is not known: what holds for an
absent key otherwise, and what several values of a request without either of the two mean when they
differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeGuard

import msgspec

from pulumi_functiongraph.core.permissions.operators import NULL, OPERATORS, Operator, truth_of
from pulumi_functiongraph.core.permissions.statements import is_list, is_mapping, items_of
from pulumi_functiongraph.core.permissions.truth import Truth, all_of, any_of, negated

ContextValue: TypeAlias = str | int | float | bool | Sequence[str | int | float | bool] | None
"""A value of a request, several, or ``None``: known to be absent."""

Context: TypeAlias = Mapping[str, ContextValue]
"""What is known of a request, by condition key; a key that is not there may have any value."""

_KEPT = 4096
"""Comparisons that are kept: the statements of a project ask for the same few values."""

_IF_EXISTS = "IfExists"
_FOR_ALL, _FOR_ANY = "ForAllValues:", "ForAnyValue:"


class Holding(msgspec.Struct):
    """Whether all conditions of a statement hold, and the keys of which nothing is known."""

    truth: Truth
    missing: set[str] = msgspec.field(default_factory=set)


def judge_conditions(statement: Mapping[str, object], context: Context) -> Holding:
    """Judge the ``Condition`` of a statement: every operator and every key in it has to hold."""
    found = Holding(True)
    if "Condition" in statement:
        found.truth = all_of(_operators(statement["Condition"], context, found.missing))
    return found


def _operators(conditions: object, context: Context, missing: set[str]) -> Iterator[Truth]:
    if not is_mapping(conditions):
        yield None
        return
    for name, keys in conditions.items():
        if not _is_known(name) or not is_mapping(keys):
            yield None
            continue
        for key, wanted in keys.items():
            yield _holds(name, key, wanted, context, missing)


def _is_known(name: object) -> TypeGuard[str]:
    """Whether an operator is one of ours; one that is not may ask for anything, even of no key."""
    if not isinstance(name, str):
        return False
    return name == NULL or _parts(name)[1] in OPERATORS


def _holds(name: str, key: object, wanted: object, context: Context, missing: set[str]) -> Truth:
    texts = _texts(wanted)
    if not isinstance(key, str) or not texts or not _are_read(texts):
        return None
    if key not in context:
        missing.add(key)
        return None
    found = context[key]
    if name == NULL:
        return _is_absent(found, texts)
    return _compared(name, _texts([] if found is None else found), texts)


def _texts(values: object) -> tuple[str | None, ...]:
    return tuple([_as_text(each) for each in items_of(values)])


def _are_read(texts: tuple[str | None, ...]) -> TypeGuard[tuple[str, ...]]:
    return None not in texts


@lru_cache(maxsize=_KEPT)
def _parts(name: str) -> tuple[str, str, bool]:
    """The set qualifier of an operator, its own name, and whether it ends in ``IfExists``."""
    qualifier = next((each for each in (_FOR_ALL, _FOR_ANY) if name.startswith(each)), "")
    base = name.removeprefix(qualifier)
    return qualifier, base.removesuffix(_IF_EXISTS), base.endswith(_IF_EXISTS)


def _is_absent(found: ContextValue, wanted: Sequence[str]) -> Truth:
    is_missing = found is None or (is_list(found) and not found)
    asks = truth_of(wanted[0]) if len(wanted) == 1 else None
    return None if asks is None else is_missing == asks


@lru_cache(maxsize=_KEPT)
def _compared(name: str, present: tuple[str | None, ...], wanted: tuple[str, ...]) -> Truth:
    """Several wanted values: one of them, or with a negated operator none of them.

    Of absent keys ``IfExists`` holds, one of no values never does, and else no document says.
    """
    qualifier, base, if_exists = _parts(name)
    operator = OPERATORS[base]
    if not present and if_exists:
        return True
    if not present:
        return False if qualifier == _FOR_ANY else None
    each = [_matches_one(operator, value, wanted) for value in present]
    holding = [negated(truth) if operator.is_negated else truth for truth in each]
    if qualifier == _FOR_ALL:
        return all_of(holding)
    if qualifier == _FOR_ANY:
        return any_of(holding)
    return holding[0] if len({*holding}) == 1 else None


def _matches_one(operator: Operator, value: str | None, wanted: Sequence[str]) -> Truth:
    if value is None:
        return None
    # A variable such as ${g:UserName} stands for what only the service knows.
    return any_of(None if "${" in text else operator.compare(value, text) for text in wanted)


def _as_text(value: object) -> str | None:
    """A value as the language compares it, ``None`` when it is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return str(value) if isinstance(value, str | int | float) else None
    except ValueError:  # Python refuses to write whole numbers of thousands of digits
        return None
