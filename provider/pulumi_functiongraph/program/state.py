"""What the stack's own state says, asked of the engine only when that decides something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime import invoke_async

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.stack import CONFIG_TYPES

_TOKEN = "pulumi:pulumi:readStackResourceOutputs"  # noqa: S105 - the name of an engine call


async def configs_in_state() -> dict[str, FunctionUrn]:
    """By Pulumi URN, the function version of each config that the stack's last state holds."""
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer: Any = await invoke_async(_TOKEN, {"stackName": stack})
    outputs = answer.get("outputs") if isinstance(answer, Mapping) else None
    found: dict[str, FunctionUrn] = {}
    for urn, resource in (outputs or {}).items():
        if resource.get("type") in CONFIG_TYPES:
            try:
                found[urn] = FunctionUrn.parse(str(resource["outputs"].get("functionUrn")))
            except InvalidInput:
                continue
    return found
