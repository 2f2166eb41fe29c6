"""The cache: each value is found out once, by one of many who ask, failures included."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from pulumi_functiongraph.core.single_flight import SingleFlight

PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""


def test_many_who_ask_at_once_make_one_find_out() -> None:
    once, asked, may_go_on = SingleFlight[str, int](), list[int](), threading.Event()

    def find() -> int:
        asked.append(1)
        assert may_go_on.wait(PATIENCE)
        return 7

    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(once.get, "key", find) for _ in range(8)]
        may_go_on.set()
        assert [each.result(timeout=PATIENCE) for each in waiting] == [7] * 8

    assert len(asked) == 1


def test_each_key_is_found_out_by_itself() -> None:
    once = SingleFlight[str, str]()

    assert [once.get(key, key.upper) for key in "abab"] == ["A", "B", "A", "B"]


def test_a_failure_is_kept() -> None:
    once, asked = SingleFlight[str, int](), list[int]()

    def find() -> int:
        asked.append(1)
        raise ValueError("first")

    for _ in range(3):
        with pytest.raises(ValueError, match="first"):
            once.get("key", find)
    assert len(asked) == 1


def test_what_was_learnt_by_the_way_is_not_asked_for() -> None:
    once = SingleFlight[str, int]()

    once.keep("key", 1)
    once.keep("key", 2)

    assert once.get("key", lambda: 3) == 1


def test_a_renewed_one_knows_what_was_found_out_and_finds_out_the_rest() -> None:
    once, asked = SingleFlight[str, str](), list[str]()

    def find(key: str) -> str:
        asked.append(key)
        if key in {"missing", "forbidden"} and asked.count(key) == 1:
            raise (LookupError if key == "missing" else PermissionError)(key)
        return key

    for key in ("known", "missing", "forbidden"):
        with contextlib.suppress(LookupError, PermissionError):
            once.get(key, partial(find, key))
    renewed = once.renewed(PermissionError)

    assert renewed.get("known", partial(find, "known")) == "known"
    assert renewed.get("missing", partial(find, "missing")) == "missing"
    with pytest.raises(PermissionError):
        renewed.get("forbidden", partial(find, "forbidden"))
    assert asked == ["known", "missing", "forbidden", "missing"]
    with pytest.raises(LookupError):
        once.get("missing", partial(find, "missing"))


def test_a_look_finds_out_nothing() -> None:
    once = SingleFlight[str, int]()
    with contextlib.suppress(ValueError):
        once.get("failed", lambda: int("x"))
    once.keep("known", 1)

    assert [once.peek(key, 0) for key in ("known", "failed", "new")] == [1, 0, 0]
    assert once.asked_for() == ("failed", "known")


def test_what_is_forgotten_is_found_out_again_and_what_is_under_way_is_not_kept() -> None:
    once = SingleFlight[str, int]()
    once.keep("known", 1)

    def find() -> int:
        once.forget(["under way"])
        return 1

    assert once.get("under way", find) == 1
    once.forget(["known", "never asked for"])

    assert once.get("known", lambda: 2) == 2
    assert once.get("under way", lambda: 2) == 2
