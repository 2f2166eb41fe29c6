"""What one provider process knows about who holds which config.

The service has no owner mark, so this memory keeps one process from undoing its own work: the
engine deletes what was renamed or replaced after, or while, it creates the successor. Across runs
ownership is Pulumi's state and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, RLock

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag


@dataclass(frozen=True, slots=True)
class Successor:
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
    """Declarations and claims of one process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._one_at_a_time: defaultdict[FunctionUrn, RLock] = defaultdict(RLock)
        self._declared: set[FunctionUrn] = set()
        self._claimed: set[FunctionUrn] = set()
        self._kept: dict[FunctionUrn, Bag] = {}
        self._successors: dict[str, Successor] = {}

    @contextmanager
    def changing(self, function_urn: FunctionUrn) -> Iterator[None]:
        """Let nobody else change this config meanwhile."""
        with self._lock:
            turn = self._one_at_a_time[function_urn]
        with turn:
            yield

    def declare(self, function_urn: FunctionUrn) -> None:
        """Remember that the program of this run declares a config of this function version."""
        with self._lock:
            self._declared.add(function_urn)

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
        with self._lock:
            if function_urn in self._claimed:
                raise AlreadyConfigured(
                    f"{function_urn} has got its async notification config from another resource "
                    "of this program in this run: a function version has one config. Merge the "
                    "two resources into one."
                )
            self._claimed.add(function_urn)

    def release(self, function_urn: FunctionUrn) -> None:
        """Forget a claim and its declaration, because the create failed.

        The config of a predecessor is then deleted as if nobody declared it.
        """
        with self._lock:
            self._claimed.discard(function_urn)
            self._declared.discard(function_urn)

    def keep(self, function_urn: FunctionUrn, recorded: Bag) -> bool:
        """Whether a delete is to leave the config, because this run declares it somewhere.

        Args:
            function_urn: whose config.
            recorded: the outputs in state of the resource that is deleted.
        """
        with self._lock:
            if function_urn in self._declared:
                self._kept[function_urn] = recorded
            return function_urn in self._kept

    def kept(self, function_urn: FunctionUrn) -> Bag | None:
        """What state had of a config that a delete of this run has left for its successor."""
        with self._lock:
            return self._kept.get(function_urn)
