"""Numbers of things, and that no report counts one of several."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import bag
from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.graph.cycles import Cost

GOLDEN = Path(__file__).parents[2] / "golden"
REPORTS = sorted(
    file
    for file in GOLDEN.rglob("*.*")
    if file.suffix in {".text", ".md", ".html", ".mermaid", ".dot", ".sarif"}
)
ONE_OF_SEVERAL = re.compile(r"(?<![\w.,:-])1 (?:\w+ )?(?!is\b|has\b|was\b|unless\b)[a-z]+[^s\W]s\b")


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "retry", "0 retries"),
        (1, "retry", "1 retry"),
        (2, "retry", "2 retries"),
        (2.0, "day", "2 days"),
        (3, "alias", "3 aliases"),
        (1, "unchanged resource", "1 unchanged resource"),
        (12_000, "edge", "12,000 edges"),
    ],
)
def test_a_number_of_things_is_said_as_a_person_does(number: float, noun: str, said: str) -> None:
    assert counted(number, noun) == said


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.name)
def test_no_report_counts_one_of_several(file: Path) -> None:
    assert ONE_OF_SEVERAL.findall(file.read_text(encoding="utf-8")) == []


@given(retries=st.integers(0, 3), age=st.integers(1, 3), days=st.integers(0, 2))
def test_no_change_counts_one_of_several(retries: int, age: int, days: int) -> None:
    target = {"destination": "OBS", "bucket": "results"}
    after = bag(
        maxAsyncRetryAttempts=retries,
        maxAsyncEventAgeInSeconds=age,
        onFailure={**target, "expires": days},
    )
    found = changes(bag(onFailure={**target, "expires": 9}), after)

    assert found
    assert not ONE_OF_SEVERAL.search("; ".join(map(str, found)))


def test_no_retry_is_one_run() -> None:
    (change,) = changes(bag(), bag(maxAsyncRetryAttempts=0))

    assert change.after == "0 retries (up to 1 run per event)"


def test_a_lap_of_one_run_is_said_so() -> None:
    assert ": 1 run per lap" in str(Cost(fewest=1, most=1))
