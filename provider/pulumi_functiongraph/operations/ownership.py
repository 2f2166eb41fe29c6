"""What is known in one run of the engine about who holds which config.

The service has no owner mark, so this keeps a run from undoing its own work: the engine deletes
what was renamed or replaced after, or while, it creates the successor. A run may have several
provider processes, one for each provider instance; what they tell each other is a `RunRecord`.
Across runs ownership is Pulumi's state and nothing else.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol, TypeVar

import msgspec

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.core.times import is_same_time

_Name = TypeVar("_Name")

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


class Times(msgspec.Struct, frozen=True):
    """When a live config was created and last changed, in the service's own text."""

    created: str
    modified: str

    @classmethod
    def of(cls, live: LiveConfig) -> Times:
        """The times of a live config."""
        return cls(live.created_time, live.last_modified)

    def are_of(self, live: LiveConfig) -> bool:
        """Whether a live config is surely the one that had these times."""
        pairs = (self.created, live.created_time), (self.modified, live.last_modified)
        return all(is_same_time(*pair) is True for pair in pairs)


class RunRecord(Protocol):
    """What the provider processes of one run know; safe to use from threads and processes.

    Each method raises `OwnershipUnknown` where the record cannot be read or written.
    """

    def declare(
        self, function_urn: FunctionUrn, *, resource: str, leads_to: Collection[FunctionUrn] = ()
    ) -> bool:
        """Note that a resource declares a config; whether no other one has before."""

    def leads(self, start: FunctionUrn, end: FunctionUrn) -> bool:
        """Whether what the run declares leads from one function version to another."""

    def is_declared(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run declares a config of the function version."""

    def number_declared(self) -> int:
        """How many configs the resources of this run declare so far."""

    def claim(self, function_urn: FunctionUrn) -> bool:
        """Note that a resource is about to be created; whether no other one was before."""

    def is_claimed(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run was created, or is about to be."""

    def release(self, function_urn: FunctionUrn) -> None:
        """Forget the claim, and note that the resource could not be created."""

    def has_failed(self, function_urn: FunctionUrn) -> bool:
        """Whether the resource of this run that declares a config could not be created."""

    def leave(self, function_urn: FunctionUrn, times: Times) -> None:
        """Note which live config a delete has left, after it was compared with the state."""

    def left(self, function_urn: FunctionUrn) -> Times | None:
        """Which live config a delete has left."""

    def note_state(self, config: Config) -> None:
        """Note which config the stack's state has, of a resource that may give it up."""

    def is_in_state(self, config: Config) -> bool:
        """Whether the state has exactly this setting of the function version."""

    def changing(self, function_urn: FunctionUrn) -> AbstractContextManager[None]:
        """Let nobody else change the config meanwhile."""


class RecordOfProcess:
    """A record of one process, for a run that has no other one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._one_at_a_time: defaultdict[FunctionUrn, Lock] = defaultdict(Lock)
        self._declared: dict[FunctionUrn, str] = {}
        self._leads_to: dict[FunctionUrn, Collection[FunctionUrn]] = {}
        self._claimed: set[FunctionUrn] = set()
        self._failed: set[FunctionUrn] = set()
        self._left: dict[FunctionUrn, Times] = {}
        self._in_state: defaultdict[FunctionUrn, list[Config]] = defaultdict(list)

    def declare(
        self, function_urn: FunctionUrn, *, resource: str, leads_to: Collection[FunctionUrn] = ()
    ) -> bool:
        """Note that a resource declares a config; whether no other one has before."""
        with self._lock:
            is_first = self._declared.setdefault(function_urn, resource) == resource
            if is_first:
                self._leads_to[function_urn] = leads_to
            return is_first

    def leads(self, start: FunctionUrn, end: FunctionUrn) -> bool:
        """Whether what the run declares leads from one function version to another."""
        with self._lock:
            return is_led(start, end, self._leads_to)

    def is_declared(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run declares a config of the function version."""
        with self._lock:
            return function_urn in self._declared

    def number_declared(self) -> int:
        """How many configs the resources of this run declare so far."""
        with self._lock:
            return len(self._declared)

    def claim(self, function_urn: FunctionUrn) -> bool:
        """Note that a resource is about to be created; whether no other one was before."""
        with self._lock:
            is_free = function_urn not in self._claimed
            self._claimed.add(function_urn)
            return is_free

    def is_claimed(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run was created, or is about to be."""
        with self._lock:
            return function_urn in self._claimed

    def release(self, function_urn: FunctionUrn) -> None:
        """Forget the claim, and note that the resource could not be created."""
        with self._lock:
            self._claimed.discard(function_urn)
            self._failed.add(function_urn)

    def has_failed(self, function_urn: FunctionUrn) -> bool:
        """Whether the resource of this run that declares a config could not be created."""
        with self._lock:
            return function_urn in self._failed

    def leave(self, function_urn: FunctionUrn, times: Times) -> None:
        """Note which live config a delete has left, after it was compared with the state."""
        with self._lock:
            self._left[function_urn] = times

    def left(self, function_urn: FunctionUrn) -> Times | None:
        """Which live config a delete has left."""
        with self._lock:
            return self._left.get(function_urn)

    def note_state(self, config: Config) -> None:
        """Note which config the stack's state has, of a resource that may give it up."""
        with self._lock:
            self._in_state[config.function_urn].append(config)

    def is_in_state(self, config: Config) -> bool:
        """Whether the state has exactly this setting of the function version."""
        with self._lock:
            had = self._in_state[config.function_urn]
            return any(each.same_setting(config) for each in had)

    @contextmanager
    def changing(self, function_urn: FunctionUrn) -> Iterator[None]:
        """Let nobody else change the config meanwhile."""
        with self._lock:
            turn = self._one_at_a_time[function_urn]
        with turn:
            yield


def is_led(start: _Name, end: _Name, leads_to: Mapping[_Name, Collection[_Name]]) -> bool:
    """Whether a way leads from one name to another; none is needed from a name to itself."""
    waiting, seen = [start], {start}
    while waiting and end not in seen:
        new = set(leads_to.get(waiting.pop(), ())) - seen
        seen |= new
        waiting.extend(new)
    return end in seen


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
        checked, until = -1, 0.0
        while not self.is_in_state(live):
            if checked != (checked := self._record.number_declared()):
                until = time.monotonic() + self._patience
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE)
        return True
