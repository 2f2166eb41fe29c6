"""A local cloud whose configs a test changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Function
from unit.core.stack.told import state as state_of


class Cloud:
    """A local cloud, and a client of its own that changes configs there."""

    def __init__(self, url: str, environment: Mapping[str, str]) -> None:
        self.url = url
        self.environment = environment
        self._hands = FunctionGraph(
            Session(resolve({}, environment, Path("/nonexistent"), directory=Path("/")))
        )

    def urn(self, name: str) -> str:
        project = self.environment["HUAWEICLOUD_SDK_PROJECT_ID"]
        region = self.environment["FUNCTIONGRAPH_REGION"]
        return f"urn:fss:{region}:{project}:function:default:{name}:latest"

    def put(self, name: str, **setting: Any) -> None:
        urn = FunctionUrn.parse(self.urn(name))
        self._hands.put_async_config(Config(function_urn=urn, **setting))

    def notify(self, name: str, target: str) -> None:
        self.put(name, on_success=Function(function_urn=FunctionUrn.parse(self.urn(target))))

    def state(self, name: str, **inputs: object) -> dict[str, Any]:
        """A config's state, for a function of this cloud."""
        return state_of(name, inputs={"functionUrn": self.urn(name), **inputs})

    def methods(self) -> frozenset[str]:
        """The methods of all requests since the log was emptied."""
        answer = requests.get(f"{self.url}/_emulator/requests", timeout=10).json()
        return frozenset(each["method"] for each in answer["requests"])

    def forget(self) -> None:
        requests.delete(f"{self.url}/_emulator/requests", timeout=10).raise_for_status()

    def fault(self, **fault: object) -> None:
        answer = requests.post(f"{self.url}/_emulator/faults", json=fault, timeout=10)
        answer.raise_for_status()
