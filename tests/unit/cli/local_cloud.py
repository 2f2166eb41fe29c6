"""A local cloud with one function whose notifications arrive, and commands in its environment."""

from __future__ import annotations

from typing import Any

import requests
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from unit.core.stack.told import state

SEED = """\
functions:
  - name: orders
    xrole: writer
    async_configs:
      latest:
        on_failure: {destination: OBS, param: {bucket: failed}}
agencies: [{name: writer, grants: [OBS Administrator]}]
topics: [{name: done}]
buckets: [{name: failed}]
"""


class Local:
    """A local cloud, and a command with its environment."""

    def __init__(self, emulator: Any, command: str) -> None:
        self.command = command
        self.url: str = emulator.url
        self.environment: dict[str, str] = emulator.environment
        self.region = self.environment["FUNCTIONGRAPH_REGION"]
        self.project_id = self.environment["HUAWEICLOUD_SDK_PROJECT_ID"]

    def fgctl(self, *arguments: str, told: str | None = None, **environment: str) -> Result:
        return CliRunner().invoke(
            app,
            [self.command, *arguments],
            prog_name="fgctl",
            env={**self.environment, **environment},
            input=told,
        )

    def seed(self, text: str) -> None:
        requests.post(f"{self.url}/_emulator/seed", data=text, timeout=10).raise_for_status()

    def fault(self, **fault: Any) -> None:
        requests.post(f"{self.url}/_emulator/faults", json=fault, timeout=10).raise_for_status()

    def writes(self) -> list[Any]:
        entries = requests.get(f"{self.url}/_emulator/requests", timeout=10).json()["requests"]
        return [entry for entry in entries if entry["writing"]]


def told_of(local: Local, bucket: str, function: str = "orders") -> dict[str, Any]:
    urn = f"urn:fss:{local.region}:{local.project_id}:function:default:{function}:latest"
    target = {"destination": "OBS", "bucket": bucket}
    return state("config", inputs={"functionUrn": urn, "onFailure": target})
