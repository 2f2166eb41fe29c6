"""What the provider processes of one run know, as lines of a file in the run's folder.

Each process adds what it does and reads what the others have added since, so a check costs a few
microseconds. Function URNs, Pulumi URNs and the settings of configs stand there as digests; of a
config that was left its times are told: no value of a program is ever written.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Lock

from pulumi_functiongraph.bridge.run_folder import RunFolder, locked, unusable, write_whole
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.run_record import Times, is_led

_AT_ONCE = 1 << 16
"""Bytes."""

_FLAG = "enableAsyncStatusLog"
_WORDS = {"declare": 4, "claim": 2, "release": 2, "leave": 4, "state": 2}
"""By the verb of a line, how many words it has."""


class RecordInFolder:
    """A `RunRecord` in a folder that the processes of the run share.

    Args:
        folder: which this process holds.

    Raises:
        OwnershipUnknown: it cannot be used.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        with _reported():
            self._file = folder.open("notes")
        self._threads = Lock()
        self._seen = 0
        """The bytes of the file that were read."""
        self._declared: dict[str, str] = {}
        self._leads_to: dict[str, list[str]] = {}
        self._claimed: set[str] = set()
        self._failed: set[str] = set()
        self._left: dict[str, Times] = {}
        self._in_state: set[str] = set()

    def declare(
        self, function_urn: FunctionUrn, *, resource: str, leads_to: Collection[FunctionUrn] = ()
    ) -> bool:
        """Note that a resource declares a config; whether no other one has before."""
        key, by = _digest(str(function_urn)), _digest(resource)
        notified = [_digest(str(each)) for each in leads_to]
        with self._up_to_date():
            is_first = self._declared.get(key, by) == by
            if is_first and self._leads_to.get(key) != notified:
                self._note("declare", key, by, " ".join(notified))
            return is_first

    def leads(self, start: FunctionUrn, end: FunctionUrn) -> bool:
        """Whether what the run declares leads from one function version to another."""
        with self._up_to_date():
            return is_led(_digest(str(start)), _digest(str(end)), self._leads_to)

    def is_declared(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run declares a config of the function version."""
        with self._up_to_date():
            return _digest(str(function_urn)) in self._declared

    def number_declared(self) -> int:
        """How many configs the resources of this run declare so far."""
        with self._up_to_date():
            return len(self._declared)

    def claim(self, function_urn: FunctionUrn) -> bool:
        """Note that a resource is about to be created; whether no other one was before."""
        key = _digest(str(function_urn))
        with self._up_to_date():
            is_free = key not in self._claimed
            if is_free:
                self._note("claim", key)
            return is_free

    def is_claimed(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run was created, or is about to be."""
        with self._up_to_date():
            return _digest(str(function_urn)) in self._claimed

    def release(self, function_urn: FunctionUrn) -> None:
        """Forget the claim, and note that the resource could not be created."""
        with self._up_to_date():
            self._note("release", _digest(str(function_urn)))

    def has_failed(self, function_urn: FunctionUrn) -> bool:
        """Whether the resource of this run that declares a config could not be created."""
        with self._up_to_date():
            return _digest(str(function_urn)) in self._failed

    def leave(self, function_urn: FunctionUrn, times: Times) -> None:
        """Note which live config a delete has left, after it was compared with the state."""
        with self._up_to_date():
            self._note("leave", _digest(str(function_urn)), times.created, times.modified)

    def left(self, function_urn: FunctionUrn) -> Times | None:
        """Which live config a delete has left."""
        with self._up_to_date():
            return self._left.get(_digest(str(function_urn)))

    def note_state(self, config: Config) -> None:
        """Note which config the stack's state has, of a resource that may give it up."""
        key = _digest_of(config)
        with self._up_to_date():
            self._note("state", key)

    def is_in_state(self, config: Config) -> bool:
        """Whether the state has exactly this setting of the function version."""
        key = _digest_of(config)
        with self._up_to_date():
            return key in self._in_state

    @contextmanager
    def changing(self, function_urn: FunctionUrn) -> Iterator[None]:
        """Let nobody else change the config meanwhile."""
        with _reported():
            turn = self._folder.open(f"turn-{_digest(str(function_urn))}")
        try:
            with _reported():
                lock = locked(turn)
            with lock:
                yield
        finally:
            os.close(turn)

    @contextmanager
    def _up_to_date(self) -> Iterator[None]:
        """Know what the others have noted, while none of them notes anything."""
        with self._threads, _reported(), locked(self._file):
            if not os.fstat(self._file).st_nlink:
                raise FileNotFoundError(errno.ENOENT, "the run's folder was removed meanwhile")
            while told := os.pread(self._file, _AT_ONCE, self._seen):
                whole = told[: told.rfind(b"\n") + 1]
                if not whole:
                    break  # of a process that was killed
                for line in whole.split(b"\n")[:-1]:
                    self._know(*_words_in(line))
                    self._seen += len(line) + 1
            yield

    def _note(self, verb: str, key: str, *more: str) -> None:
        line = json.dumps([verb, key, *more]).encode() + b"\n"
        write_whole(self._file, line, at=self._seen)
        self._seen += len(line)
        self._know(verb, key, *more)

    def _know(self, verb: str, key: str, *more: str) -> None:
        if verb == "declare":
            self._declared[key], notified = more
            self._leads_to[key] = notified.split()
        elif verb == "claim":
            self._claimed.add(key)
        elif verb == "leave":
            self._left[key] = Times(*more)
        elif verb == "state":
            self._in_state.add(key)
        elif verb == "release":
            self._claimed.discard(key)
            self._failed.add(key)


@contextmanager
def _reported() -> Iterator[None]:
    """Report what the system refuses."""
    try:
        yield
    except OSError as error:
        raise unusable(error) from error


def _words_in(line: bytes) -> list[str]:
    """What a line of the file says.

    Raises:
        OSError: it cannot be read, so what was noted is not known.
    """
    try:
        found: object = json.loads(line)
    except ValueError:
        found = None
    words = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    if words != found or not words or len(words) != _WORDS.get(words[0]):
        raise OSError(errno.EIO, "what was noted is damaged", "notes")
    return words


def _digest_of(config: Config) -> str:
    """The same for configs with the same setting."""
    setting = {**to_bag(config), _FLAG: bool(config.enable_async_status_log)}
    return _digest(json.dumps(setting, sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
