"""What the provider processes of one run tell each other, and the record of a process alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol, TypeVar

import msgspec

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.times import is_same_time

_Name = TypeVar("_Name")


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
