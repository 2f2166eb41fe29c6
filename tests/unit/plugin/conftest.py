"""A plugin for each module, and a cloud with functions of each test's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import settings_of
from unit.plugin.plugin_process import Plugin
from unit.this_machine import an_event_loop, no_settings_of_this_machine

__all__ = ["an_event_loop", "no_settings_of_this_machine"]

_NUMBERS = count()


@pytest.fixture(scope="module")
def process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Plugin]:
    """A plugin: a process of its own for the modules that ask for one, in `PROCESS`."""
    own = getattr(request.module, "PROCESS", False)
    with Plugin(tmp_path_factory.mktemp("home") if own else None) as plugin:
        yield plugin
    assert "Traceback" not in "".join(plugin.errors)


@dataclass
class World:
    """A plugin that is configured for the local cloud, and functions that no other test has.

    Attributes:
        plugin: its process.
        emulator: the local cloud.
        settings: of the provider.
        number: tells the functions of a test from those of others.
    """

    plugin: Plugin
    emulator: Emulator
    settings: dict[str, str]
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def name(self, function: str) -> str:
        return f"{function}-{self.number}"

    def urn(self, function: str) -> str:
        place = f"urn:fss:{self.settings['region']}:{self.settings['projectId']}"
        return f"{place}:function:default:{self.name(function)}:latest"

    def declared(self, function: str = "orders", **more: Any) -> dict[str, Any]:
        return {"functionUrn": self.urn(function), **more}

    def to(self, function: str, **more: Any) -> dict[str, Any]:
        """A target."""
        return {"destination": "FunctionGraph", "functionUrn": self.urn(function), **more}

    def configure(self, **changed: str) -> None:
        """Start the provider anew, as each operation of the engine does."""
        told = {key: value for key, value in (self.settings | changed).items() if value}
        self.plugin.start(told)

    def methods(self) -> list[str]:
        """The requests about configs since the last call of this."""
        asked = [each["method"] for each in self.emulator.requests()
                 if "async-invoke" in each["path"]]  # fmt: skip
        self.emulator.forget_requests()
        return asked

    def put(self, function: str, **setting: Any) -> None:
        """Somebody else sets a config."""
        config = Config(function_urn=FunctionUrn.parse(self.urn(function)), **setting)
        Account(self.settings.get).functiongraph.put_async_config(config)
        self.emulator.forget_requests()

    def live(self, function: str = "orders") -> dict[str, Any] | None:
        """The config as the wire has it."""
        found = {
            config["func_urn"]: config
            for each in self.emulator.state()["functions"]
            for config in each["async_configs"].values()
        }
        return found.get(self.urn(function))

    def said(self) -> str:
        """All that was logged."""
        return "\n".join(each.text for each in self.plugin.lines)


FUNCTIONS = ("orders", "billing", "shipping")


@pytest.fixture
def world(process: Plugin, functiongraph_emulator: Emulator) -> Iterator[World]:
    """A world in which a line about a resource names it, and no warning says that it is an error.

    Not each display of Pulumi names the resource.
    """
    made = World(process, functiongraph_emulator, settings_of(functiongraph_emulator.environment))
    named = ", ".join(f"{{name: {made.name(each)}, xrole: trust}}" for each in FUNCTIONS)
    functiongraph_emulator.seed(f"functions: [{named}]\n{TARGETS}")
    made.configure()
    functiongraph_emulator.forget_requests()
    yield made
    for line in process.lines:
        named = rf"FGN\d+ (warning|acknowledged): |{re.escape(line.resource)}[.:]"
        assert re.match(named, line.text), line


TARGETS = """\
topics: [{name: done}]
buckets: [{name: results}, {name: canary-bucket}]
agencies:
  - name: trust
    grants: [Tenant Guest, SMN Administrator, OBS Administrator, FunctionGraph FullAccess]
"""
