"""Where a resource is said to be declared."""

from __future__ import annotations

import pytest

from pulumi_functiongraph.core.stack.documents import Frame, State
from pulumi_functiongraph.core.stack.places import declared_at

PACKAGES = "project:///../venv/lib/python3.11/site-packages"
OURS = f"{PACKAGES}/pulumi_functiongraph/dynamic/resource.py#99"
PULUMI = f"{PACKAGES}/pulumi/runtime/stack.py#253"


def at(*positions: str, source: str = "") -> str:
    frames = tuple(Frame(sourcePosition=position) for position in positions)
    return declared_at(State(urn="u", type="t", stackTrace=frames, sourcePosition=source))


@pytest.mark.parametrize(
    ("positions", "place"),
    [
        ((OURS, "project:///__main__.py#39", "", PULUMI), "__main__.py:39"),
        ((OURS, "project:///shop/parcel.py#7,5", PULUMI), "shop/parcel.py:7"),
        (
            (OURS, "project:///shop/parcel.py#7", "", "project:///__main__.py#3", PULUMI),
            "shop/parcel.py:7, from __main__.py:3",
        ),
        (
            (OURS, "project:///__main__.py#7", "project:///__main__.py#41"),
            "__main__.py:7, from __main__.py:41",
        ),
        ((OURS, f"{PACKAGES}/parcels/pair.py#7", "project:///__main__.py#3"),
         "pair.py:7, from __main__.py:3"),
        ((OURS, "project:///../shared/pulumi/pair.py#7"), "pair.py:7"),
        ((OURS, "project:///my%20shop/pair.py#7"), "my shop/pair.py:7"),
        ((OURS, "file:///srv/pair.py#7"), "pair.py:7"),
        ((OURS, "project:///pair.py"), "pair.py"),
        (("project:///../sources/pulumi_functiongraph/dynamic/resource.py#9", PULUMI), ""),
        ((OURS, PULUMI, "project:///../venv/lib/dist-packages/pulumi/x.py#1"), ""),
    ],
)  # fmt: skip
def test_the_first_frame_of_the_user_is_named_and_the_entry_file_behind_it(
    positions: tuple[str, ...], place: str
) -> None:
    assert at(*positions) == place


def test_without_a_trace_the_one_position_is_used_where_it_is_the_users() -> None:
    assert at(source="project:///__main__.py#4") == "__main__.py:4"
    assert at(source=OURS) == ""
    assert at() == ""
