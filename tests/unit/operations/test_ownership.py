"""What one provider process remembers: looks that are still fresh, and what it created."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.async_configs import nothing
from pulumi_functiongraph.operations.ownership import FRESH, Ownership

URN = FunctionUrn("eu-de", "p1", "default", "orders")
OTHER_URN = FunctionUrn("eu-de", "p1", "default", "other")


class Service:
    """Counts who asked for what."""

    def __init__(self, live: LiveConfig | None = None) -> None:
        self.live = live
        self.asked: list[FunctionUrn] = []

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self.asked.append(function_urn)
        return self.live

    def put_async_config(
        self,
        config: Config,
        *,
        unset: Literal["omit", "empty"] = "omit",
        before_retry: Callable[[], object] = nothing,
    ) -> LiveConfig:
        raise NotImplementedError

    def delete_async_config(self, function_urn: FunctionUrn) -> None:
        raise NotImplementedError


def test_a_look_is_asked_for_once_while_it_is_fresh() -> None:
    time = [0.0]
    ownership = Ownership(lambda: time[0])
    service = Service(LiveConfig(config=Config(function_urn=URN)))
    first = ownership.look(service, URN)
    time[0] = FRESH
    assert ownership.look(service, URN) is first
    time[0] = FRESH + 0.1
    ownership.look(service, URN)
    assert service.asked == [URN, URN]


def test_that_there_is_none_is_remembered_too_and_for_each_function() -> None:
    ownership = Ownership(lambda: 0.0)
    service = Service()
    for urn in (URN, URN, OTHER_URN):
        assert ownership.look(service, urn) is None
    assert service.asked == [URN, OTHER_URN]


def test_a_function_version_is_claimed_by_one_resource_of_a_run() -> None:
    ownership = Ownership(lambda: 0.0)
    ownership.claim(URN)
    ownership.claim(OTHER_URN)
    with pytest.raises(AlreadyConfigured, match="another resource of this program"):
        ownership.claim(FunctionUrn("eu-de", "p1", "default", "orders"))
    ownership.release(URN)
    ownership.claim(URN)


def test_what_this_run_declares_is_kept_by_a_delete() -> None:
    ownership = Ownership(lambda: 0.0)
    assert not ownership.keep(URN, {})
    ownership.declare(URN)
    assert ownership.kept(URN) is None
    assert ownership.keep(URN, {"createdTime": "then"})
    assert ownership.kept(URN) == {"createdTime": "then"}
    assert not ownership.keep(OTHER_URN, {})


def test_what_could_not_be_created_is_not_kept_for() -> None:
    ownership = Ownership(lambda: 0.0)
    ownership.declare(URN)
    ownership.claim(URN)
    ownership.release(URN)
    assert not ownership.keep(URN, {})


def test_a_change_waits_for_another_one_of_the_same_config_and_forgets_what_was_seen() -> None:
    service = Service(LiveConfig(config=Config(function_urn=URN)))
    ownership = Ownership(lambda: 0.0)
    ownership.look(service, URN)
    order: list[str] = []
    with ThreadPoolExecutor(1) as pool, ownership.changing(URN):
        waiting = pool.submit(lambda: _change(ownership, order))
        order.append("first")
    waiting.result()
    assert order == ["first", "second"]
    ownership.look(service, URN)
    assert service.asked == [URN, URN]


def _change(ownership: Ownership, order: list[str]) -> None:
    with ownership.changing(URN):
        order.append("second")
