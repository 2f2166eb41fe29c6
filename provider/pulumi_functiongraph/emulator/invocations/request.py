"""An asynchronous request: as it arrives, and with all that is known of it."""

from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.clock import NewId
from pulumi_functiongraph.emulator.functiongraph.configs import Destination
from pulumi_functiongraph.emulator.invocations.decision import Condition, Policy, Progress, Status
from pulumi_functiongraph.emulator.invocations.outcome import Outcome
from pulumi_functiongraph.emulator.invocations.trace import Trace

MAX_EVENT = 256 * 1024
"""Bytes of an asynchronous request; FunctionGraph API reference, "Executing a Function
Asynchronously"."""


class Arrival(msgspec.Struct, frozen=True):
    """A request that is not accepted yet."""

    payload: str
    """JSON text."""
    source: str = "api"
    """What sent it: api, notification, SMN, OBS, DIS or TIMER."""
    trace: Trace = ()
    """The way that led here, without the function itself."""
    parent: str = ""
    """Id of the request whose notification led here."""
    edge: str = ""
    """How the last step of that way leads to the function."""
    id: str = ""
    """Of the request, where it had to be known before; empty for a fresh one."""


class Intake(msgspec.Struct, frozen=True):
    """What accepting a request needs besides the request."""

    now: datetime
    new_id: NewId
    max_hops: int
    """From function to function, before a loop is broken; 0 is without limit."""


class Request(msgspec.Struct, frozen=True):
    """An asynchronous request with all that is known of it."""

    number: int
    id: str
    project_id: str
    package: str
    name: str
    version: str
    """The version that runs: an alias is resolved when the request is accepted."""
    function_urn: str
    """With that version."""
    payload: str
    source: str
    parent: str
    """Id of the request whose notification led here; empty for others."""
    trace: Trace
    """The way that led here; the function itself is the last step."""
    policy: Policy
    on_success: Destination | None
    on_failure: Destination | None
    progress: Progress
    status: Status
    condition: Condition | None
    first_started_at: datetime | None
    finished_at: datetime | None
    response: str
    error: str
    log: str
    """What its runs printed, one after the other."""
    due: datetime | None
    """When the next step is decided; None once the request is over."""

    def target(self, outcome: str) -> Destination | None:
        """Where the result "success" or "failure" is told."""
        return self.on_success if outcome == "success" else self.on_failure

    @property
    def outcome(self) -> Outcome | None:
        """Of the last run; None when it never ran."""
        last = self.progress.last_result
        return None if last is None else Outcome(last, self.response, self.error)
