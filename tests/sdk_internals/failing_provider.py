"""A dynamic provider whose create fails, as a provider process of the SDK loads it."""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CreateResult, ResourceProvider

from pulumi_functiongraph.bridge.sdk_internals.error_details import replace_details
from pulumi_functiongraph.bridge.sdk_internals.provider_process import arguments_of_engine
from pulumi_functiongraph.bridge.sdk_internals.resource_of_call import urn_of_call


class FailingProvider(ResourceProvider):
    """Fails with the resource of the call, and the arguments that its process was given."""

    def create(self, _props: dict[str, Any]) -> CreateResult:
        message = f"{urn_of_call()} started with {arguments_of_engine()}"
        replace_details(message)
        raise RuntimeError(message)
