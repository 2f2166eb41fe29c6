"""A dynamic provider whose create fails, as a provider process of the SDK loads it."""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CreateResult, ResourceProvider

from pulumi_functiongraph.bridge.sdk_internals.error_details import replace_details
from pulumi_functiongraph.bridge.sdk_internals.provider_process import arguments_of_engine


class FailingProvider(ResourceProvider):
    """Fails with the arguments that the engine has given its process."""

    def create(self, _props: dict[str, Any]) -> CreateResult:
        message = f"started with {arguments_of_engine()}"
        replace_details(message)
        raise RuntimeError(message)
