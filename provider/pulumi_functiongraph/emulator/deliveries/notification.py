"""A notification as the targets get it."""

import json

import msgspec

from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.invocations.request import Intake, Request
from pulumi_functiongraph.emulator.invocations.trace import Hop, Trace


class Notification(msgspec.Struct, frozen=True):
    """An event on its way to one target."""

    event: str
    """JSON text."""
    outcome: str
    """Which result it tells: "success" or "failure"."""
    param: str
    """The target's parameters, as the config has them."""
    request: Request
    version: StoredVersion
    """The function that was invoked, as it is now."""
    project: Project
    """Of that function."""
    intake: Intake

    def parameter(self, name: str) -> str:
        """One of the target's parameters; a config with others is not stored."""
        return str(json.loads(self.param).get(name, ""))

    def way_to(self, urn: str) -> Trace:
        """The way of the event as far as the target."""
        return (*self.request.trace, Hop(self.outcome, urn))
