"""What one provider process remembers: what it created, and what it is about to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.ownership import Ownership, Successor

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


def test_what_could_not_be_created_is_not_kept_for() -> None:
    ownership = Ownership()
    ownership.declare(URN)
    ownership.claim(URN)
    ownership.release(URN)
    assert not ownership.keep(URN, {})


def test_a_successor_is_known_by_the_resource_that_it_replaces() -> None:
    ownership = Ownership()
    successor = Successor(Config(function_urn=OTHER_URN), adopt=False, secret=frozenset())
    ownership.replace(str(URN), successor)
    assert ownership.successor(str(URN)) is successor
    assert ownership.successor(str(OTHER_URN)) is None


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
