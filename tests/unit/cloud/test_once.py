"""What is found out once: by one of many who ask, failures included."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_functiongraph.cloud.once import Once

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
