"""The same preview gives the same bytes, whatever seed the hashes of strings have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.core.stack.told import GOLDEN, export, preview, state, step, to_fn, unknown_fn
from unit.report.render_reviews import rendered

TESTS = Path(__file__).parents[2]
SEEDS = ("1", "2")

TARGETS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.sampled_from("abcdef").map(to_fn),
    st.just(unknown_fn()),
    st.just("[secret]"),
    st.sampled_from(["results", "failed"]).map(
        lambda bucket: {"destination": "OBS", "bucket": bucket, "expires": 1}
    ),
)


@st.composite
def steps(draw: st.DrawFn) -> dict[str, Any]:
    """What an update would do to one of a few configs, which notify each other."""
    name = draw(st.sampled_from("abcdef"))
    old, new = (
        state(name, inputs={key: value for key, value in inputs.items() if value is not None})
        for inputs in draw(st.tuples(*[_INPUTS] * 2))
    )
    operation = draw(st.sampled_from(["create", "update", "replace", "delete", "same"]))
    sides = {"old": old, "new": new}
    sides.pop({"create": "old", "delete": "new"}.get(operation, ""), None)
    return step(operation, **sides)


_INPUTS = st.fixed_dictionaries(
    {"onSuccess": TARGETS, "onFailure": TARGETS, "maxAsyncRetryAttempts": st.integers(0, 3)}
)


class Elsewhere:
    """A process with another seed, which renders what it is told."""

    def __init__(self, told: IO[str], rendered: IO[str]) -> None:
        self._told = told
        self._rendered = rendered

    def rendered(self, told: str) -> dict[str, str]:
        self._told.write(f"{told}\n")
        self._told.flush()
        forms: dict[str, str] = json.loads(self._rendered.readline())
        return forms


@contextmanager
def elsewhere(seed: str) -> Iterator[Elsewhere]:
    with subprocess.Popen(
        [sys.executable, "-m", "unit.report.render_reviews"],
        cwd=TESTS,
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Elsewhere(process.stdin, process.stdout)


@pytest.fixture(scope="module")
def others() -> Iterator[Sequence[Elsewhere]]:
    with ExitStack() as stack:
        yield [stack.enter_context(elsewhere(seed)) for seed in SEEDS]


@settings(max_examples=25)
@given(previewed=st.lists(steps(), max_size=12, unique_by=lambda one: one["urn"]))
def test_no_form_depends_on_the_seed(
    others: Sequence[Elsewhere], previewed: list[dict[str, Any]]
) -> None:
    unchanged = export(state("g", inputs={"onFailure": to_fn("a")}))
    told = json.dumps({"preview": preview(*previewed), "export": unchanged})

    here = rendered(told)

    assert [other.rendered(told) for other in others] == [here, here]
    assert rendered(told) == here


def test_what_an_engine_told_gives_the_same_bytes_with_every_seed(
    others: Sequence[Elsewhere],
) -> None:
    files = {name: (GOLDEN / f"{name}.json").read_text("utf-8") for name in ("preview", "export")}
    told = json.dumps(files)

    assert [other.rendered(told) for other in others] == [rendered(told)] * len(SEEDS)
