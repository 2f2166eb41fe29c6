"""What one provider process remembers: looks that are still fresh, and what it created."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.names import FunctionUrn
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
        self, config: Config, *, unset: Literal["omit", "empty"] = "omit"
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


def test_a_claim_is_of_one_function_version() -> None:
    ownership = Ownership(lambda: 0.0)
    assert not ownership.is_claimed(URN)
    ownership.claim(URN)
    assert ownership.is_claimed(FunctionUrn("eu-de", "p1", "default", "orders"))
    assert not ownership.is_claimed(OTHER_URN)


def test_several_threads_may_look_and_claim_at_once() -> None:
    ownership = Ownership(lambda: 0.0)
    urns = [FunctionUrn("eu-de", "p1", "default", f"f{index}") for index in range(200)]
    start = threading.Barrier(4)

    def work(_index: int) -> None:
        start.wait()
        for urn in urns:
            ownership.look(Service(), urn)
            ownership.claim(urn)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert all(ownership.is_claimed(urn) for urn in urns)
