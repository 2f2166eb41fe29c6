"""The port of a walk, answered from tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.functions import Alias
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.triggers import FunctionTrigger


@dataclass
class Beyond:
    """The port's double: configs and triggers from tables."""

    configs: dict[FunctionUrn, LiveConfig] = field(default_factory=dict)
    triggers: tuple[FunctionTrigger, ...] = ()
    asked: list[FunctionUrn] = field(default_factory=list)

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self.asked.append(function_urn)
        return self.configs.get(function_urn)

    def list_aliases(self, function_urn: FunctionUrn) -> Sequence[Alias]:
        return ()

    def triggered_by(self, source: Node) -> Sequence[FunctionTrigger]:
        return self.triggers
