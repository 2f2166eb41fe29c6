"""Programs that declare configs of the plugin as any language does: without this package's gate."""

from __future__ import annotations

import textwrap
from typing import Any

from e2e.engine_cli import Cli

NATIVE = "functiongraph:index:AsyncNotificationConfig"

HEAD = """\
import pulumi
from pulumi import Output, ResourceOptions


class Config(pulumi.CustomResource):
    def __init__(self, name, opts=None, **properties):
        times = {"createdTime": None, "lastModified": None}
        super().__init__(
            "functiongraph:index:AsyncNotificationConfig", name, {**properties, **times}, opts
        )


class Provider(pulumi.ProviderResource):
    def __init__(self, name, **settings):
        super().__init__("functiongraph", name, settings)


def late(value):
    '''A value that is known at apply only.'''
    class Late(pulumi.dynamic.ResourceProvider):
        def create(self, props):
            return pulumi.dynamic.CreateResult("late", props)
    class Known(pulumi.dynamic.Resource):
        pass
    kept = Known(Late(), f"late-{value[-9:]}", {"kept": value})
    return Output.from_input(kept.id).apply(lambda _id: value)


"""


def native(body: str) -> str:
    """A program without the package."""
    return HEAD + textwrap.dedent(body)


def rewrite_native(cli: Cli, body: str) -> None:
    """Change the program of a stack."""
    (cli.project / "__main__.py").write_text(native(body), encoding="utf-8")


def native_state(cli: Cli, name: str) -> dict[str, Any]:
    """The entry of a config of the plugin in state, by its logical name."""
    found = [each for each in cli.resources(NATIVE) if each["urn"].endswith(f"::{name}")]
    assert len(found) == 1, cli.resources(NATIVE)
    return found[0]
