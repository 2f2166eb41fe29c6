"""Bags on the wire: unknown values of each kind, whole numbers, secrets by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.plugin.structs import DEEPEST, Path, read, write
from unit.plugin.plugin_process import SIGNATURE, output, plain, secret, struct
from unit.plugin.plugin_process import UNKNOWN as UNKNOWN_TEXT

KEYS = st.from_regex(r"[a-z][A-Za-z]{0,8}", fullmatch=True)
LEAVES = st.one_of(
    st.text(max_size=8),
    st.booleans(),
    st.integers(-(2**50), 2**50),
    st.floats(0.001, 1e6),
    st.just(UNKNOWN),
)
BAGS = st.dictionaries(
    KEYS,
    st.recursive(
        LEAVES | st.lists(LEAVES, max_size=3),
        lambda inner: st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


def paths(bag: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, value in bag.items():
        yield (*above, key)
        if isinstance(value, Mapping):
            yield from paths(value, (*above, key))


@st.composite
def marked_bags(draw: st.DrawFn) -> tuple[Mapping[str, Any], frozenset[Path]]:
    """A bag, and paths in it of which none leads into another."""
    bag = draw(BAGS)
    chosen = draw(st.sets(st.sampled_from(sorted(paths(bag))))) if bag else set()
    outermost = {path for path in chosen if not any(path[: len(o)] == o != path for o in chosen)}
    return bag, frozenset(outermost)


@given(marked_bags())
def test_what_is_written_is_read_again_with_its_secrets(
    marked: tuple[Mapping[str, Any], frozenset[Path]],
) -> None:
    bag, secrets = marked
    found = read(write(bag, secrets))
    assert found.bag == bag
    assert found.secrets == secrets
    assert found.properties.secret == {path[0] for path in secrets}


@given(marked_bags())
def test_a_bag_that_the_engine_sent_goes_back_as_it_came(
    marked: tuple[Mapping[str, Any], frozenset[Path]],
) -> None:
    sent = write(*marked)
    found = read(sent)
    assert write(found.bag, found.secrets) == sent


def test_a_secret_within_a_secret_is_one() -> None:
    found = read(struct({"onFailure": secret({"bucket": secret("b"), "prefix": output("p")})}))
    assert found.bag == {"onFailure": {"bucket": "b", "prefix": "p"}}
    written = plain(write(found.bag, found.secrets))
    assert written == {"onFailure": secret({"bucket": "b", "prefix": "p"})}


def test_an_unknown_output_is_unknown_and_as_secret_as_it_says() -> None:
    found = read(struct({"a": output(), "b": output(is_secret=True), "c": output("x")}))
    assert found.bag == {"a": UNKNOWN, "b": UNKNOWN, "c": "x"}
    assert found.secrets == {("b",)}


def test_an_output_whose_value_is_null_is_none() -> None:
    sent = struct({"a": {SIGNATURE: output()[SIGNATURE], "value": None}})
    assert read(sent).bag == {"a": None}


def test_keys_of_pulumi_are_not_read_and_nothing_is_written_for_none() -> None:
    assert read(struct({"__provider": "x", "__defaults": [], "a": 1.0})).bag == {"a": 1}
    assert plain(write({"a": None, "b": {"c": None, "d": UNKNOWN}})) == {"b": {"d": UNKNOWN_TEXT}}


def test_a_target_without_the_key_that_was_secret_is_a_secret_as_a_whole() -> None:
    live = {"onFailure": {"destination": "SMN", "topicUrn": "canary"}, "other": "shown"}
    written = plain(write(live, {("onFailure", "bucket")}))
    assert written == {"onFailure": secret(live["onFailure"]), "other": "shown"}


def test_a_value_in_the_place_of_an_object_with_a_secret_is_a_secret() -> None:
    assert plain(write({"onFailure": "canary"}, {("onFailure", "bucket")})) == {
        "onFailure": secret("canary")
    }
    assert plain(write({"list": ["canary"]}, {("list", "0")})) == {"list": secret(["canary"])}


def nested(levels: int) -> dict[str, Any]:
    bag: dict[str, Any] = {"end": 1}
    for _ in range(levels - 2):
        bag = {"inner": bag}
    return {"onFailure": bag}


def test_a_bag_is_read_to_a_depth_and_no_further() -> None:
    assert read(struct(nested(DEEPEST))).bag == nested(DEEPEST)
    with pytest.raises(InvalidInput, match="onFailure: is nested too deep; allowed: at most 64"):
        read(struct(nested(DEEPEST + 1)))
