"""The resource class of the dynamic provider, as a user's program declares it."""

from __future__ import annotations

import pickle
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import Resource

from pulumi_functiongraph.bridge.secret_parts import with_secrets_named
from pulumi_functiongraph.core.type_tokens import DYNAMIC_CONFIG
from pulumi_functiongraph.dynamic.provider import AsyncNotificationConfigProvider
from pulumi_functiongraph.program.config_resource import ConfigResource

_PROVIDER = b64encode(pickle.dumps(AsyncNotificationConfigProvider(), protocol=4)).decode()
"""The provider as it is in state: by reference, so that an upgrade takes effect at once."""


class AsyncNotificationConfig(
    ConfigResource, Resource, module="functiongraph", name="AsyncNotificationConfig"
):
    """How one function version is run asynchronously, and where its results go.

    The resource's id is the canonical function URN. A function version has one config: a second
    declaration of the same one is refused, another ``function_urn`` replaces the resource.
    """

    _TYPE = DYNAMIC_CONFIG

    def _provider_properties(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """The provider, as `Resource.__init__` adds it, and which properties have a secret."""
        return {**with_secrets_named(declared, of=self), "__provider": _PROVIDER}
