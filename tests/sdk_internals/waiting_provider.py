"""A dynamic provider whose creates wait for each other, for a provider process of the SDK."""

from __future__ import annotations

from threading import Barrier
from typing import Any

from pulumi.dynamic import ConfigureRequest, CreateResult, ResourceProvider

from pulumi_functiongraph.bridge.sdk_internals.calls_at_once import answer_at_once

AT_ONCE = 16


class WaitingProvider(ResourceProvider):
    """Creates nothing before as many creates are under way as are to be answered at once."""

    together: Barrier

    def configure(self, _req: ConfigureRequest) -> None:
        answer_at_once(AT_ONCE)
        self.together = Barrier(AT_ONCE, timeout=20)

    def create(self, props: dict[str, Any]) -> CreateResult:
        if props["is_waiting"]:
            self.together.wait()
        return CreateResult("created", {})
