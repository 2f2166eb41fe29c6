"""What is known in one run of the engine about who holds which config.

The service has no owner mark, so this keeps a run from undoing its own work: the engine deletes
what was renamed or replaced after, or while, it creates the successor. A run may have several
provider processes, one for each provider instance; what they tell each other is a `RunRecord`.
Across runs ownership is Pulumi's state and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import AbstractContextManager
from threading import Lock

import msgspec

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.operations.run_record import RecordOfProcess, RunRecord, Times

_PAUSE = 0.05
"""Seconds between two looks for what checks have told."""


class Successor(msgspec.Struct, frozen=True):
    """What a resource is to hold in place of the config that it has.

    Attributes:
        config: what to set, of another function version.
        adopt: whether a different config may be taken over there.
        secret: the properties that have a secret, of which no value is shown.
    """

    config: Config
    adopt: bool
    secret: frozenset[str]


class Ownership:
    """Declarations and claims, as one provider process sees them; safe to use from threads.

    Args:
        record: what the processes of the run tell each other; without one, there is no other.
        doubt: why other processes of the run may exist and are not heard, empty where they are.
        patience: for how many seconds without a new check another one may still come.
    """

    def __init__(
        self, record: RunRecord | None = None, *, doubt: str = "", patience: float = 0.0
    ) -> None:
        self._record = record or RecordOfProcess()
        self._is_shared = record is not None
        self.doubt = doubt
        self._patience = patience
        self._lock = Lock()
        self._kept: dict[FunctionUrn, Bag] = {}
        self._successors: dict[str, Successor] = {}
        self._checked = -1, 0.0
        """How many configs were declared when that was seen to change last, and when."""

    def changing(self, function_urn: FunctionUrn) -> AbstractContextManager[None]:
        """Let nobody else change this config meanwhile."""
        return self._record.changing(function_urn)

    def declare(
        self,
        function_urn: FunctionUrn,
        *,
        resource: str = "",
        leads_to: Collection[FunctionUrn] = (),
    ) -> bool:
        """Remember that the program of this run declares a config of this function version.

        Args:
            function_urn: whose config.
            resource: the Pulumi URN of the resource, empty where it is not known. Resources
                without one are not told apart.
            leads_to: the function versions that it notifies.

        Returns:
            False where another resource has declared one; that one then keeps it.
        """
        return self._record.declare(function_urn, resource=resource, leads_to=leads_to)

    def leads(self, start: FunctionUrn, end: FunctionUrn) -> bool:
        """Whether what this run declares so far leads from one function version to another."""
        return self._record.leads(start, end)

    def replace(self, id_: str, successor: Successor) -> None:
        """Remember what is to take the place of a resource, which is deleted first."""
        with self._lock:
            self._successors[id_] = successor

    def successor(self, id_: str) -> Successor | None:
        """What is to take the place of a resource that is deleted."""
        with self._lock:
            return self._successors.get(id_)

    def claim(self, function_urn: FunctionUrn) -> None:
        """Take a function version for the resource that is about to be created.

        Raises:
            AlreadyConfigured: another resource of this run has it.
        """
        if not self._record.claim(function_urn):
            raise AlreadyConfigured(
                f"{function_urn} has got its async notification config from another resource "
                "of this program in this run: a function version has one config. Merge the "
                "two resources into one."
            )

    def release(self, function_urn: FunctionUrn) -> None:
        """Forget a claim, because the create failed; what is live is then nobody's to delete."""
        self._record.release(function_urn)

    def has_failed(self, function_urn: FunctionUrn) -> bool:
        """Whether the resource of this run that declares a config could not be created."""
        return self._record.has_failed(function_urn)

    def keep(self, function_urn: FunctionUrn, recorded: Bag) -> bool:
        """Whether a delete is to leave the config, because this run declares it somewhere.

        Args:
            function_urn: whose config.
            recorded: the outputs in state of the resource that is deleted.
        """
        is_declared = self._record.is_declared(function_urn)
        with self._lock:
            if is_declared:
                self._kept[function_urn] = recorded
            return function_urn in self._kept

    def kept(self, function_urn: FunctionUrn) -> Bag | None:
        """What state had of a config that a delete of this process has left for its successor."""
        with self._lock:
            return self._kept.get(function_urn)

    def has_predecessor(self, function_urn: FunctionUrn) -> bool:
        """Whether a delete of this run has left the config for its successor."""
        return self.kept(function_urn) is not None or self.left(function_urn) is not None

    def is_awaited_elsewhere(self, function_urn: FunctionUrn) -> bool:
        """Whether another process may be about to create the successor of what is kept."""
        return self._is_shared and not self._record.is_claimed(function_urn)

    def leave(self, function_urn: FunctionUrn, times: Times) -> None:
        """Tell the other processes which live config is kept, and was the one in the state."""
        self._record.leave(function_urn, times)

    def left(self, function_urn: FunctionUrn) -> Times | None:
        """Which live config a delete of another process has left for its successor."""
        return self._record.left(function_urn)

    def note_state(self, config: Config) -> None:
        """Remember which config the stack's state has, of a resource that may give it up."""
        self._record.note_state(config)

    def is_in_state(self, live: LiveConfig) -> bool:
        """Whether a live config is as the state has it, and its resource may give it up."""
        return self._record.is_in_state(live.config)

    def may_replace(self, live: LiveConfig) -> bool:
        """Whether another resource's config may be replaced, because the state has it as it is.

        The engine checks one resource after the other while it creates others. So the check that
        tells may still come, and is waited for as long as checks do come.
        """
        while not self.is_in_state(live):
            if time.monotonic() >= self._last_check() + self._patience:
                return False
            time.sleep(_PAUSE)
        return True

    def _last_check(self) -> float:
        """When a check was last seen to tell something, a time of the monotonic clock."""
        number = self._record.number_declared()
        with self._lock:
            if number != self._checked[0]:
                self._checked = number, time.monotonic()
            return self._checked[1]
