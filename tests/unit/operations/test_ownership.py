"""What is known in one run of who holds which config: what was created, and what is about to be."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.ownership import Ownership, Successor
from pulumi_functiongraph.operations.run_record import RecordOfProcess, Times

URN = FunctionUrn("eu-de", "p1", "default", "orders")
OTHER_URN = FunctionUrn("eu-de", "p1", "default", "other")


def test_a_function_version_is_claimed_by_one_resource_of_a_run() -> None:
    ownership = Ownership()
    ownership.claim(URN)
    ownership.claim(OTHER_URN)
    with pytest.raises(AlreadyConfigured, match="another resource of this program"):
        ownership.claim(FunctionUrn("eu-de", "p1", "default", "orders"))
    ownership.release(URN)
    ownership.claim(URN)


def test_what_this_run_declares_is_kept_by_a_delete() -> None:
    ownership = Ownership()
    assert not ownership.keep(URN, {})
    ownership.declare(URN)
    assert ownership.kept(URN) is None
    assert ownership.keep(URN, {"createdTime": "then"})
    assert ownership.kept(URN) == {"createdTime": "then"}
    assert not ownership.keep(OTHER_URN, {})


def test_what_could_not_be_created_is_still_declared_and_has_failed() -> None:
    ownership = Ownership()
    ownership.declare(URN, resource="new")
    ownership.claim(URN)
    assert not ownership.has_failed(URN)
    ownership.release(URN)
    assert ownership.has_failed(URN)
    assert ownership.keep(URN, {})
    assert not ownership.declare(URN, resource="other")


def test_a_successor_is_known_by_the_resource_that_it_replaces() -> None:
    ownership = Ownership()
    successor = Successor(Config(function_urn=OTHER_URN), adopt=False, secret=frozenset())
    ownership.replace(str(URN), successor)
    assert ownership.successor(str(URN)) is successor
    assert ownership.successor(str(OTHER_URN)) is None


def test_a_second_resource_that_declares_a_function_version_is_told_so() -> None:
    ownership = Ownership()
    assert ownership.declare(URN, resource="a")
    assert ownership.declare(URN, resource="a")
    assert not ownership.declare(URN, resource="b")
    assert not ownership.declare(URN)


def test_a_process_that_is_alone_waits_for_no_successor_elsewhere() -> None:
    assert not Ownership().is_awaited_elsewhere(URN)
    shared = Ownership(RecordOfProcess())
    assert shared.is_awaited_elsewhere(URN)
    shared.claim(URN)
    assert not shared.is_awaited_elsewhere(URN)


def test_what_another_process_has_left_is_known_by_its_times() -> None:
    record = RecordOfProcess()
    deleting, creating = Ownership(record), Ownership(record)
    assert not creating.has_predecessor(URN)
    left = live(created="2026-01-01T00:00:00Z", modified="2026-01-02T00:00:00Z")
    deleting.leave(URN, Times.of(left))
    assert creating.has_predecessor(URN)
    assert creating.left(URN) == Times("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")


@pytest.mark.parametrize(
    ("created", "modified", "is_it"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", True),
        ("2026-01-01 00:00:00", "2026-01-02T00:00:00+00:00", True),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:01Z", False),
        ("2026-01-01T00:00:01Z", "2026-01-02T00:00:00Z", False),
        ("2026-01-01T00:00:00Z", "", False),
        ("", "", False),
    ],
)
def test_a_config_whose_times_are_not_known_is_not_the_one_that_was_left(
    created: str, modified: str, *, is_it: bool
) -> None:
    left = Times("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
    assert left.are_of(live(created=created, modified=modified)) is is_it


def live(*, created: str, modified: str, name: str = "orders") -> LiveConfig:
    config = Config(function_urn=FunctionUrn("eu-de", "p1", "default", name))
    return LiveConfig(config=config, created_time=created, last_modified=modified)


def test_a_config_may_be_replaced_where_the_state_has_it_as_it_is() -> None:
    record = RecordOfProcess()
    checking, creating = Ownership(record), Ownership(record)
    there = live(created="", modified="")
    assert not creating.may_replace(there)
    checking.note_state(Config(function_urn=URN, max_async_retry_attempts=3))
    checking.note_state(Config(function_urn=OTHER_URN))
    assert not creating.may_replace(there)
    checking.note_state(Config(function_urn=URN))
    assert creating.may_replace(there)


def test_a_check_that_may_still_tell_is_waited_for_as_long_as_checks_come() -> None:
    ownership = Ownership(patience=1.0)
    there = live(created="", modified="")
    with ThreadPoolExecutor(1) as pool:
        started = time.monotonic()
        waiting = pool.submit(ownership.may_replace, there)
        for name in ("a", "b", "c", "d"):
            time.sleep(0.4)
            ownership.declare(FunctionUrn("eu-de", "p1", "default", name), resource=name)
        ownership.note_state(there.config)
        assert waiting.result()
        assert time.monotonic() - started > 1.5
    assert not ownership.may_replace(live(created="", modified="", name="billing"))


def test_a_change_waits_for_another_one_of_the_same_config() -> None:
    ownership = Ownership()
    order: list[str] = []
    with ThreadPoolExecutor(1) as pool, ownership.changing(URN):
        waiting = pool.submit(lambda: _change(ownership, order))
        order.append("first")
    waiting.result()
    assert order == ["first", "second"]


def _change(ownership: Ownership, order: list[str]) -> None:
    with ownership.changing(URN):
        order.append("second")


def test_all_that_is_refused_waits_for_one_time_without_a_check() -> None:
    ownership, live = Ownership(patience=0.3), LiveConfig(config=Config(function_urn=URN))
    ownership.declare(URN, resource="a")
    before = time.monotonic()

    assert [ownership.may_replace(live) for _ in range(5)] == [False] * 5
    assert 0.3 <= time.monotonic() - before < 1.4  # five times would be 1.5 s
