"""The fault matrix: what is asked in each phase, how it can go wrong, and what stands for it all.

`OPERATIONS` is what the local cloud's request log shows; a test holds it to that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from e2e.robustness import world
from e2e.robustness.trial import Credentials

Phase = Literal["create", "change", "refresh", "destroy"]
Reach = Literal["first", "always"]

PUT = "functiongraph:UpdateFunctionAsyncInvokeConfig"
GET = "functiongraph:ShowFunctionAsyncInvokeConfig"
DELETE = "functiongraph:DeleteFunctionAsyncInvokeConfig"
TOKEN = "iam:KeystoneCreateUserToken"

_UP = (
    "dis:DescribeStream",
    "functiongraph:ListFunctionAsyncInvokeConfig",
    "functiongraph:ListFunctionTriggers",
    "functiongraph:ListFunctions",
    "functiongraph:ListVersionAliases",
    GET,
    "functiongraph:ShowFunctionConfig",
    PUT,
    TOKEN,
    "iam:KeystoneListAuthDomains",
    "iam:KeystoneShowPermission",
    "iam:ListAgencies",
    "iam:ListAllProjectsPermissionsForAgency",
    "iam:ListDomainPermissionsForAgency",
    "iam:ListProjectPermissionsForAgency",
    "iam:ShowDomainRoleAssignments",
    "obs:HeadBucket",
    "smn:ListSubscriptionsByTopic",
    "smn:ListTopicDetails",
)

OPERATIONS: Mapping[Phase, tuple[str, ...]] = {
    "create": _UP,
    "change": _UP,
    "refresh": (GET, TOKEN),
    "destroy": (DELETE, TOKEN),
}
"""Service and operation of every request that a phase makes, with keys or with a password."""

TIMEOUT = 2.5
"""Seconds; the client's read time-out is 2 in these trials."""

_ECHO = "ECHO"
"""Stands for what a service repeats of what it was sent; see `fault_of`."""


def _refusal(status: int) -> dict[str, Any]:
    code = f"APIG.0{status}"
    return {"status": status, "body": {"error_code": code, "error_msg": f"cannot do it {_ECHO}"}}


KINDS: Mapping[str, Mapping[str, Any]] = {
    "429": {**_refusal(429), "retry_after": 1},
    "500": _refusal(500),
    "502": {"status": 502, "body": f"<html>bad gateway {_ECHO}</html>"},
    "503": _refusal(503),
    "504": _refusal(504),
    "timeout": {"status": 503, "delay_seconds": TIMEOUT},
    "reset": {"reset": True},
    "torn": {"truncate": True},
    "not-json": {"status": 200, "body": f"<html>log in {_ECHO}</html>"},
    "401": _refusal(401),
}
"""The faults by name; only `torn` lets the operation be carried out."""

CARRIED_OUT: Mapping[str, Mapping[str, Any]] = {
    f"{name}-done": {**KINDS[name], "when": "after"}
    for name in ("500", "502", "504", "reset", "not-json")
} | {
    "timeout-done": {"delay_seconds": TIMEOUT, "when": "after"},
    "timeout-late": {"delay_seconds": TIMEOUT},
}
"""The same where the change is made and its answer lost; `late`: made after the time-out."""

ANSWER_LOST = frozenset({"torn", *CARRIED_OUT})
"""Faults after which a PUT or a DELETE may have been carried out although none said so."""


def fault_of(kind: str, *, operation: str, credentials: Credentials) -> dict[str, Any]:
    """A fault in which the service repeats what is secret in what it was sent.

    Args:
        kind: of `KINDS` or `CARRIED_OUT`.
        operation: what fails.
        credentials: those of the run.
    """
    echo = "your request"
    if credentials == "keys":
        echo = f"{world.CREDENTIALS['access_key']} with {world.CREDENTIALS['security_token']}"
    elif operation == TOKEN:
        echo = f"the user with {world.PASSWORD}"
    text = json.dumps({**KINDS, **CARRIED_OUT}[kind]).replace(_ECHO, echo)
    fault: dict[str, Any] = json.loads(text)
    return fault


@dataclass(frozen=True)
class Case:
    """One cell of the matrix."""

    phase: Phase
    operation: str
    kind: str
    reach: Reach

    @property
    def id(self) -> str:
        name = self.operation.partition(":")[2]
        return f"{self.phase}-{name}-{self.kind}-{self.reach}"

    @property
    def credentials(self) -> Credentials:
        return "password" if self.operation == TOKEN else "keys"

    @property
    def fault(self) -> dict[str, Any]:
        """As the local cloud takes it."""
        fault = fault_of(self.kind, operation=self.operation, credentials=self.credentials)
        return {**_struck(self.operation), **({"nth": 1} if self.reach == "first" else {}), **fault}


def _struck(operation: str) -> dict[str, str]:
    """The calls that a fault counts."""
    service, _, name = operation.partition(":")
    return {"service": service, "operation": name}


def cases() -> Iterator[Case]:
    """The whole matrix."""
    for phase, operations in OPERATIONS.items():
        for operation in operations:
            kinds = [*KINDS, *(CARRIED_OUT if operation in {PUT, DELETE} else ())]
            for kind in kinds:
                yield Case(phase, operation, kind, "first")
                yield Case(phase, operation, kind, "always")


SAMPLE = frozenset(
    {
        "create-UpdateFunctionAsyncInvokeConfig-torn-always",
        "create-UpdateFunctionAsyncInvokeConfig-timeout-done-first",
        "destroy-DeleteFunctionAsyncInvokeConfig-reset-done-always",
        "native-change-UpdateFunctionAsyncInvokeConfig-reset-done-always",
    }
)
"""Cells that every test run tries; the others are long."""


def storm(phase: Phase, seed: int, *, credentials: Credentials) -> list[dict[str, Any]]:
    """A fault of another kind for the first call of each operation of a phase.

    Args:
        phase: whose operations.
        seed: which kinds; the same number gives the same.
        credentials: those of the run.
    """
    chance = Random(f"{phase} {seed}")
    chosen = []
    for operation in OPERATIONS[phase]:
        kinds = [*KINDS, *(CARRIED_OUT if operation in {PUT, DELETE} else ())]
        fault = fault_of(chance.choice(kinds), operation=operation, credentials=credentials)
        chosen.append({**_struck(operation), "nth": 1, **fault})
    return chosen


REQUESTS: Mapping[Phase, int] = {"create": 52, "change": 46, "refresh": 6, "destroy": 12}
"""About so many requests to FunctionGraph a phase makes."""


def outage(phase: Phase, seed: int) -> dict[str, Any]:
    """FunctionGraph is down from some request of a phase on, and does not come back.

    Args:
        phase: what is disturbed.
        seed: from which request on, and how; the same number gives the same.
    """
    chance = Random(f"outage {phase} {seed}")
    kind = chance.choice(["502", "503", "reset", "torn", "reset-done", "502-done"])
    first = chance.randint(1, REQUESTS[phase])
    until_the_end = {"service": "functiongraph", "nth": first, "times": 100_000}
    return {**until_the_end, **fault_of(kind, operation="", credentials="keys")}
