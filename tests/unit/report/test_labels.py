"""Labels of nodes: short, and no two of a drawing look the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import PROJECT, REGION
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.graph.nodes import bucket, function
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.report.drawing.captions import wrapped
from pulumi_functiongraph.report.graph.style import labels

X = "x" * 26


def named(name: str, *, package: str = "default", project: str = PROJECT) -> Node:
    return function(
        FunctionUrn.parse(f"urn:fss:{REGION}:{project}:function:{package}:{name}:latest")
    )


ENDS = [named(f"{'order-' * 9}{end}") for end in ("eu", "us")]
MIDDLES = [named(f"{X}{middle}{X}", package="p" * 20) for middle in "abc"]
PACKAGES = [named("n" * 60, package=f"{'p' * 40}{end}{'p' * 10}") for end in "ab"]
PROJECTS = [named(f"{X}{X}", project=f"{digit}" * 32) for digit in "12"]
PREFIXES = [bucket("results", prefix=f"{'2025/' * 9}{day}/{'daily/' * 9}") for day in (1, 2)]


@pytest.mark.parametrize("nodes", [ENDS, MIDDLES, PACKAGES, PROJECTS, PREFIXES])
def test_what_is_cut_is_not_what_tells_two_nodes_apart(nodes: list[Node]) -> None:
    shown = labels(nodes)

    assert len(set(shown.values())) == len({wrapped(each) for each in shown.values()}) == len(nodes)
    assert max(map(len, shown.values())) <= 60


_PARTS = st.sampled_from(["a", "b", "order-", X])
_NAMES = st.lists(_PARTS, min_size=1, max_size=9).map("".join).map(lambda text: f"n{text[-58:]}n")


@given(st.lists(st.builds(named, _NAMES, package=_NAMES), unique=True))
def test_no_two_nodes_have_the_same_label(nodes: list[Node]) -> None:
    assert len(set(labels(nodes).values())) == len(nodes)
