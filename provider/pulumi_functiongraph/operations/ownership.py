"""What one provider process knows about who holds which config.

The service has no owner mark, so this memory keeps one process from undoing its own work: the
engine deletes what was renamed or replaced after, or while, it creates the successor. Across runs
ownership is Pulumi's state and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, RLock

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.operations.async_configs import AsyncConfigs

FRESH = 1.0
"""Seconds for which a look of check still counts: several resources may name one function."""


class Ownership:
    """Looks, declarations and claims of one process; safe to use from several threads.

    Args:
        clock: seconds from any fixed point, never going back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._one_at_a_time: defaultdict[FunctionUrn, RLock] = defaultdict(RLock)
        self._looks: dict[FunctionUrn, tuple[float, LiveConfig | None]] = {}
        self._declared: set[FunctionUrn] = set()
        self._claimed: set[FunctionUrn] = set()
        self._kept: dict[FunctionUrn, Bag] = {}

    @contextmanager
    def changing(self, function_urn: FunctionUrn) -> Iterator[None]:
        """Let nobody else change this config meanwhile; what was seen of it before is forgotten."""
        with self._lock:
            turn = self._one_at_a_time[function_urn]
        with turn:
            try:
                yield
            finally:
                with self._lock:
                    self._looks.pop(function_urn, None)

    def look(self, configs: AsyncConfigs, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, asked for at most once in ``FRESH`` seconds."""
        now = self._clock()
        with self._lock:
            seen = self._looks.get(function_urn)
        if seen is not None and now - seen[0] <= FRESH:
            return seen[1]
        live = configs.get_async_config(function_urn)
        with self._lock:
            self._looks[function_urn] = (now, live)
        return live

    def declare(self, function_urn: FunctionUrn) -> None:
        """Remember that the program of this run declares a config of this function version."""
        with self._lock:
            self._declared.add(function_urn)

    def claim(self, function_urn: FunctionUrn) -> None:
        """Take a function version for the resource that is about to be created.

        Raises:
            AlreadyConfigured: another resource of this run has it.
        """
        with self._lock:
            if function_urn in self._claimed:
                raise AlreadyConfigured(
                    f"{function_urn} has got its async notification config from another resource "
                    "of this program in this run: a function version has one config. Merge the "
                    "two resources into one."
                )
            self._claimed.add(function_urn)

    def release(self, function_urn: FunctionUrn) -> None:
        """Forget a claim and its declaration, because the create failed.

        The config of a predecessor is then deleted as if nobody declared it.
        """
        with self._lock:
            self._claimed.discard(function_urn)
            self._declared.discard(function_urn)

    def keep(self, function_urn: FunctionUrn, recorded: Bag) -> bool:
        """Whether a delete is to leave the config, because this run declares it somewhere.

        Args:
            function_urn: whose config.
            recorded: the outputs in state of the resource that is deleted.
        """
        with self._lock:
            if function_urn in self._declared:
                self._kept[function_urn] = recorded
            return function_urn in self._kept

    def kept(self, function_urn: FunctionUrn) -> Bag | None:
        """What state had of a config that a delete of this run has left for its successor."""
        with self._lock:
            return self._kept.get(function_urn)
