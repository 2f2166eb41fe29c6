"""Whether the conditions of a statement hold for what is known of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pulumi_functiongraph.core.permissions.documents import is_list, items_of
from pulumi_functiongraph.core.permissions.operators import (
    ABSENCES,
    OPERATORS,
    Absence,
    Operator,
    truth_of,
)
from pulumi_functiongraph.core.permissions.truth import Truth, all_of, any_of, negated

ContextValue: TypeAlias = str | int | float | bool | Sequence[str | int | float | bool] | None
"""A value of a request, several, or ``None``: known to be absent."""

Context: TypeAlias = Mapping[str, ContextValue]
"""What is known of a request, by condition key; a key that is not there may have any value."""

_IF_EXISTS = "IfExists"
_FOR_ALL, _FOR_ANY = "ForAllValues:", "ForAnyValue:"


@dataclass(slots=True)
class Holding:
    """How the conditions of one statement turned out.

    Attributes:
        truth: whether all of them hold.
        missing: keys of which nothing is known.
    """

    truth: Truth
    missing: set[str] = field(default_factory=set)


def holding(statement: Mapping[str, object], context: Context) -> Holding:
    """Judge the ``Condition`` of a statement: every operator and every key in it has to hold."""
    found = Holding(True)
    if "Condition" in statement:
        found.truth = all_of(_operators(statement["Condition"], context, found.missing))
    return found


def _operators(conditions: object, context: Context, missing: set[str]) -> Iterator[Truth]:
    if not isinstance(conditions, Mapping):
        yield None
        return
    for name, keys in conditions.items():
        if not isinstance(name, str) or not isinstance(keys, Mapping):
            yield None
            continue
        for key, wanted in keys.items():
            yield _holds(name, key, wanted, context, missing)


def _holds(name: str, key: object, wanted: object, context: Context, missing: set[str]) -> Truth:
    values = [_as_text(each) for each in items_of(wanted)]
    texts = [each for each in values if each is not None]
    if not isinstance(key, str) or len(texts) < len(values):
        return None
    qualifier, base, if_exists = _parts(name)
    absence, operator = ABSENCES.get(base), OPERATORS.get(base)
    if absence is None and operator is None:
        return None
    if key not in context:
        missing.add(key)
        return None
    found = context[key]
    if absence is not None:
        is_plain = not qualifier and not if_exists
        return _is_absent(absence, found, texts) if is_plain else None
    present = [] if found is None else [_as_text(each) for each in items_of(found)]
    if not present:
        return _of_absent(operator, qualifier, if_exists=if_exists)
    return None if operator is None else _compared(operator, qualifier, present, texts)


def _parts(name: str) -> tuple[str, str, bool]:
    """The set qualifier of an operator, its own name, and whether it ends in ``IfExists``."""
    qualifier = next((each for each in (_FOR_ALL, _FOR_ANY) if name.startswith(each)), "")
    base = name.removeprefix(qualifier)
    return qualifier, base.removesuffix(_IF_EXISTS), base.endswith(_IF_EXISTS)


def _is_absent(absence: Absence, found: ContextValue, wanted: Sequence[str]) -> Truth:
    is_missing = found is None or (is_list(found) and not found)
    if absence.takes_empty:
        is_missing = is_missing or all(each == "" for each in items_of(found))
    asks = any_of(truth_of(each) for each in wanted) if len(wanted) == 1 else None
    if asks is None:
        return None
    return (is_missing == asks) != absence.is_negated


def _of_absent(operator: Operator | None, qualifier: str, *, if_exists: bool) -> Truth:
    """Absent keys: nothing equals them, and everything differs from them.

    A set without members fulfils what all of them have to, and never what one of them has to.
    """
    if if_exists or qualifier == _FOR_ALL:
        return True
    return operator is not None and operator.is_negated and qualifier != _FOR_ANY


def _compared(
    operator: Operator, qualifier: str, present: Sequence[str | None], wanted: Sequence[str]
) -> Truth:
    """Several wanted values: one of them, or with a negated operator none of them."""
    each = [_matches_one(operator, value, wanted) for value in present]
    if qualifier == _FOR_ALL:
        return all_of(negated(truth) if operator.is_negated else truth for truth in each)
    if qualifier == _FOR_ANY:
        return any_of(negated(truth) if operator.is_negated else truth for truth in each)
    return negated(any_of(each)) if operator.is_negated else any_of(each)


def _matches_one(operator: Operator, value: str | None, wanted: Sequence[str]) -> Truth:
    if value is None:
        return None
    # A variable such as ${g:UserName} stands for what only the service knows.
    return any_of(None if "${" in text else operator.compare(value, text) for text in wanted)


def _as_text(value: object) -> str | None:
    """A value as the language compares it, ``None`` when it is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) else None
