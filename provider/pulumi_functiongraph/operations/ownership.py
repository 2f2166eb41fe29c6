"""What one provider process knows about who holds which config.

The service has no owner mark, so this memory keeps one process from undoing its own work; across
runs ownership is Pulumi's state and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.lifecycle import AsyncConfigs

FRESH = 30.0
"""Seconds for which a look before a create still counts: check asks, create follows at once."""


class Ownership:
    """Looks and claims of one process; safe to use from several threads.

    Args:
        clock: seconds from any fixed point, never going back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._looks: dict[FunctionUrn, tuple[float, LiveConfig | None]] = {}
        self._claimed: set[FunctionUrn] = set()

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

    def claim(self, function_urn: FunctionUrn) -> None:
        """Remember that a resource was created for this function version in this process."""
        with self._lock:
            self._claimed.add(function_urn)

    def is_claimed(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource was created for this function version in this process."""
        with self._lock:
            return function_urn in self._claimed
