"""The evaluation beside one that was written a second time, from the documentation alone."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from pulumi_functiongraph.core.permissions import Decision, evaluate
from pulumi_functiongraph.core.permissions.operators import OPERATORS
from unit.core.permissions.cases import Case, case, document
from unit.core.permissions.oracle import NEGATIVE, POSITIVE, UNDOCUMENTED, decide

FEW, MANY, CHUNKS = 4_000, 200_000, 8
RANK = {Decision.DENIED: 0, Decision.UNKNOWN: 1, Decision.ALLOWED: 2}
"""How much is allowed."""


def decision(case: Case) -> Decision:
    return evaluate(case.documents, case.action, case.resource, case.context).decision


def assert_right(numbers: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for number in numbers:
        each = case(number)
        expected = decide(each.documents, each.action, each.resource, each.context)
        assert decision(each) == expected, f"case {number}: {each}"
        seen[expected] += 1
    return seen


def test_thousands_of_cases_are_decided_right() -> None:
    seen = assert_right(range(FEW))

    # None of the three is too rare to be tested.
    assert min(seen[each] for each in Decision) > FEW / 20


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_two_hundred_thousand_cases_are_decided_right(chunk: int) -> None:
    size = MANY // CHUNKS
    start = FEW + chunk * size
    assert_right(range(start, start + size))


def test_both_know_the_same_operators() -> None:
    assert {*POSITIVE, *NEGATIVE} == set(OPERATORS)
    assert not {*UNDOCUMENTED} & set(OPERATORS)


def test_another_deny_never_allows_more_and_another_allow_never_less() -> None:
    for number in range(1_000):
        each, dice = case(number), Random(f"more {number}")
        more = document(dice)
        for effect in ("Allow", "Deny"):
            added = {**more, "Statement": [{**s, "Effect": effect} for s in more["Statement"]]}
            before = RANK[decision(each)]
            documents = [*each.documents, added]
            after = RANK[decision(Case(documents, each.action, each.resource, each.context))]
            assert after <= before if effect == "Deny" else after >= before, number


def test_the_order_of_documents_and_statements_does_not_matter() -> None:
    for number in range(1_000):
        each, dice = case(number), Random(f"turned {number}")
        turned = [
            {**one, "Statement": dice.sample(one["Statement"], len(one["Statement"]))}
            for one in dice.sample(each.documents, len(each.documents))
        ]
        other = Case(turned, each.action, each.resource, each.context)
        assert decision(other) is decision(each), number


def test_to_know_more_never_turns_a_yes_into_a_no() -> None:
    """What is decided with a key unknown stays decided so whatever the key turns out to be."""
    for number in range(1_000):
        each = case(number)
        for key in each.context:
            less = {other: value for other, value in each.context.items() if other != key}
            found = decision(Case(each.documents, each.action, each.resource, less))
            if found is not Decision.UNKNOWN:
                assert found is decision(each), (number, key)
