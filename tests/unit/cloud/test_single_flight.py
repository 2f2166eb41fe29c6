"""What is found out once: by one of many who ask, failures included."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from pulumi_functiongraph.cloud.http.single_flight import Once

PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""


def test_many_who_ask_at_once_make_one_find_out() -> None:
    once, asked, may_go_on = Once[str, int](), list[int](), threading.Event()

    def find() -> int:
        asked.append(1)
        assert may_go_on.wait(PATIENCE)
        return 7

    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(once.of, "key", find) for _ in range(8)]
        may_go_on.set()
        assert [each.result(timeout=PATIENCE) for each in waiting] == [7] * 8

    assert len(asked) == 1


def test_each_key_is_found_out_by_itself() -> None:
    once = Once[str, str]()

    assert [once.of(key, key.upper) for key in "abab"] == ["A", "B", "A", "B"]


def test_a_failure_is_kept() -> None:
    once, asked = Once[str, int](), list[int]()

    def find() -> int:
        asked.append(1)
        raise ValueError("first")

    for _ in range(3):
        with pytest.raises(ValueError, match="first"):
            once.of("key", find)
    assert len(asked) == 1


def test_what_was_learnt_by_the_way_is_not_asked_for() -> None:
    once = Once[str, int]()

    once.keep("key", 1)
    once.keep("key", 2)

    assert once.of("key", lambda: 3) == 1


def test_a_renewed_one_knows_what_was_found_out_and_finds_out_the_rest() -> None:
    once, asked = Once[str, str](), list[str]()

    def find(key: str) -> str:
        asked.append(key)
        if key in {"missing", "forbidden"} and asked.count(key) == 1:
            raise (LookupError if key == "missing" else PermissionError)(key)
        return key

    for key in ("known", "missing", "forbidden"):
        with contextlib.suppress(LookupError, PermissionError):
            once.of(key, partial(find, key))
    renewed = once.renewed(PermissionError)

    assert renewed.of("known", partial(find, "known")) == "known"
    assert renewed.of("missing", partial(find, "missing")) == "missing"
    with pytest.raises(PermissionError):
        renewed.of("forbidden", partial(find, "forbidden"))
    assert asked == ["known", "missing", "forbidden", "missing"]
    with pytest.raises(LookupError):
        once.of("missing", partial(find, "missing"))
