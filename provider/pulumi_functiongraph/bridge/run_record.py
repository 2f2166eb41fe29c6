"""What the provider processes of one run know, as files of the run's folder.

The names of the files are digests of function URNs; a declaration holds a digest of the resource's
Pulumi URN. Of a config only its times are told: no value of a program is ever written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from pulumi_functiongraph.bridge.run_folder import RunFolder, unusable
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.ownership import Times

_NOTES = "notes"


class RecordInFiles:
    """A `RunRecord` in a folder that the processes of the run share.

    Args:
        folder: which this process holds.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def declare(self, function_urn: FunctionUrn, *, resource: str) -> bool:
        """Note that a resource declares a config; whether no other one has before."""
        name, by = _name("declared", function_urn), _digest(resource)
        with self._alone() as folder:
            before = folder.read(name)
            if before is None:
                folder.write(name, by)
            return before in {None, by}

    def is_declared(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run declares a config of the function version."""
        with self._alone() as folder:
            return folder.read(_name("declared", function_urn)) is not None

    def claim(self, function_urn: FunctionUrn) -> bool:
        """Note that a resource is about to be created; whether no other one was before."""
        name = _name("claimed", function_urn)
        with self._alone() as folder:
            is_free = folder.read(name) is None
            folder.write(name, "")
            return is_free

    def is_claimed(self, function_urn: FunctionUrn) -> bool:
        """Whether a resource of this run was created, or is about to be."""
        with self._alone() as folder:
            return folder.read(_name("claimed", function_urn)) is not None

    def release(self, function_urn: FunctionUrn) -> None:
        """Forget the claim and the declaration."""
        with self._alone() as folder:
            folder.remove(_name("claimed", function_urn))
            folder.remove(_name("declared", function_urn))

    def leave(self, function_urn: FunctionUrn, times: Times) -> None:
        """Note which live config a delete has left, after it was compared with the state."""
        with self._alone() as folder:
            folder.write(_name("left", function_urn), f"{times.created}\n{times.modified}")

    def left(self, function_urn: FunctionUrn) -> Times | None:
        """Which live config a delete has left."""
        with self._alone() as folder:
            told = folder.read(_name("left", function_urn))
        if told is None:
            return None
        created, _, modified = told.partition("\n")
        return Times(created, modified)

    @contextmanager
    def changing(self, function_urn: FunctionUrn) -> Iterator[None]:
        """Let nobody else change the config meanwhile."""
        try:
            turn = self._folder.lock(_name("turn", function_urn))
        except OSError as error:
            raise unusable(error) from error
        try:
            yield
        finally:
            turn.close()

    @contextmanager
    def _alone(self) -> Iterator[RunFolder]:
        """The folder, while no other thread or process reads or writes notes."""
        try:
            with self._folder.lock(_NOTES):
                yield self._folder
        except OSError as error:
            raise unusable(error) from error


def _name(note: str, function_urn: FunctionUrn) -> str:
    return f"{note}-{_digest(str(function_urn))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
