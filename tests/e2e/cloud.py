"""The local cloud as an engine test sees it: what is there, what was asked, and hands of others."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Function

SEED = """\
functions:
  - {name: orders, xrole: serverless-trust}
  - {name: billing, xrole: serverless-trust}
topics:
  - name: orders-done
buckets:
  - name: orders-failed
streams:
  - name: failed
agencies:
  - name: serverless-trust
    grants:
      - Tenant Guest
      - SMN Administrator
      - OBS Administrator
      - DIS Administrator
      - FunctionGraph FullAccess
"""


class Cloud:
    """One local cloud, seeded for the engine tests."""

    def __init__(self, url: str, environment: Mapping[str, str]) -> None:
        self.url = url
        self.environment = dict(environment)
        self.region = environment["FUNCTIONGRAPH_REGION"]
        self.project_id = environment["HUAWEICLOUD_SDK_PROJECT_ID"]
        settings = resolve({}, self.environment, Path("/nonexistent"), directory=Path("/"))
        self.by_hand = FunctionGraph(Session(settings))

    def urn(self, function: str) -> str:
        return f"urn:fss:{self.region}:{self.project_id}:function:default:{function}:latest"

    def topic(self, name: str) -> str:
        return f"urn:smn:{self.region}:{self.project_id}:{name}"

    def live(self, function: str) -> dict[str, Any]:
        """The config as the wire has it."""
        found = self.configs().get(self.urn(function))
        assert found is not None, self.configs()
        return found

    def has_no_config(self, function: str) -> bool:
        return self.urn(function) not in self.configs()

    def requests(self) -> list[dict[str, Any]]:
        """What FunctionGraph was asked since the log was last emptied."""
        entries = self._control("GET", "requests")["requests"]
        return [entry for entry in entries if entry["service"] == "functiongraph"]

    def writes(self) -> list[dict[str, Any]]:
        return [entry for entry in self.requests() if entry["writing"]]

    def operations(self) -> list[str]:
        """The methods of the requests about configs, in order."""
        return [each["method"] for each in self.requests() if "async-invoke" in each["path"]]

    def forget_requests(self) -> None:
        self._control("DELETE", "requests")

    def put_by_hand(self, function: str, **setting: Any) -> None:
        """Somebody else sets a config."""
        urn = FunctionUrn.parse(self.urn(function))
        self.by_hand.put_async_config(Config(function_urn=urn, **setting))
        self.forget_requests()

    def notify_by_hand(self, function: str, target: str) -> None:
        """Somebody else sends the successes of a function to another one."""
        self.put_by_hand(
            function, on_success=Function(function_urn=FunctionUrn.parse(self.urn(target)))
        )

    def change_by_hand(self, function: str, **setting: Any) -> None:
        """Somebody else changes some properties."""
        live = self.by_hand.get_async_config(FunctionUrn.parse(self.urn(function)))
        assert live is not None
        self.by_hand.put_async_config(live.config.model_copy(update=setting))
        self.forget_requests()

    def delete_by_hand(self, function: str) -> None:
        self.by_hand.delete_async_config(FunctionUrn.parse(self.urn(function)))
        self.forget_requests()

    def fault(self, **fault: Any) -> None:
        """Let an operation fail; the keys are those of the emulator's faults."""
        self._control("POST", "faults", fault)

    def lift_faults(self) -> None:
        self._control("DELETE", "faults")

    def options(self, **options: Any) -> None:
        self._control("POST", "options", options)

    def seed(self, text: str) -> None:
        answer = requests.post(f"{self.url}/_emulator/seed", data=text, timeout=10)
        answer.raise_for_status()

    def reset(self) -> None:
        self._control("POST", "reset", {})

    def configs(self) -> dict[str, dict[str, Any]]:
        """All configs as the wire has them, by the URNs of their functions."""
        state = self._control("GET", "state")
        return {
            config["func_urn"]: config
            for function in state["functions"]
            for config in function["async_configs"].values()
        }

    def _control(self, method: str, name: str, body: object = None) -> Any:
        answer = requests.request(
            method,
            f"{self.url}/_emulator/{name}",
            data=None if body is None else json.dumps(body),
            timeout=10,
        )
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture
def cloud(functiongraph_emulator: Any) -> Iterator[Cloud]:
    """A local cloud with two functions and a target of each kind."""
    functiongraph_emulator.seed(SEED)
    fresh = Cloud(functiongraph_emulator.url, functiongraph_emulator.environment)
    fresh.forget_requests()
    yield fresh
    functiongraph_emulator.reset()
