"""The calls on async configs that the verbs need, as a port.

No HTTP, no client: `pulumi_functiongraph.cloud.services.functiongraph` has the calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.names import FunctionUrn


def nothing() -> None:
    """Before most attempts there is nothing to do."""


class AsyncConfigs(Protocol):
    """The service's calls on async configs, each about one function version."""

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none."""

    def put_async_config(
        self,
        config: Config,
        *,
        unset: Literal["omit", "empty"] = "omit",
        before_retry: Callable[[], object] = nothing,
    ) -> LiveConfig:
        """Set the whole config.

        Args:
            config: what to set.
            unset: how an unset target is sent: left out, or in the explicit empty form.
            before_retry: called before each attempt but the first; what it raises ends the call.
        """

    def delete_async_config(self, function_urn: FunctionUrn) -> None:
        """Delete the config; that there is none is success."""
