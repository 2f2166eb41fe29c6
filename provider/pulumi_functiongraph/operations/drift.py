"""Reads what is live for a drift report: the declared configs, and whole projects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeAlias

import msgspec

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.drift.inputs import LiveReading, LiveReadings, UnreadConfig
from pulumi_functiongraph.core.errors import CloudError, Forbidden, NotFound, Unauthorized
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.operations.scheduler import Progress, Scheduler


def place_name(place: Place) -> str:
    """A project, as a person names it."""
    return f"project {place[1]} in {place[0]}"


class LiveConfigs(Protocol):
    """What is asked of a cloud; each method may be called from many threads at once."""

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none."""

    def list_async_configs(self, function_urn: FunctionUrn) -> Sequence[LiveConfig]:
        """The configs of all versions of a function."""

    def list_functions(self, *, region: str, project_id: str) -> Iterable[FunctionFacts]:
        """The functions of a project."""


def read_live(
    source: LiveConfigs,
    declared: Collection[FunctionUrn],
    *,
    places: Collection[Place] = (),
    progress: Progress = lambda _done, _all: None,
) -> LiveReadings:
    """Read the declared configs, and all configs of some projects.

    One request a function of the projects, one for 400 functions, one for each declared config
    elsewhere, and one to make sure of each that a list does not have.

    Args:
        source: the cloud.
        declared: function versions whose config is declared.
        places: projects that are read as a whole.
        progress: called with each answer, in the thread of the caller.
    """
    requests: Scheduler[_Request, _Readings] = Scheduler(lambda request: request())
    with requests:
        reader = _LiveReader(source, frozenset(declared), requests, progress)
        return reader.read(sorted(set(places)))


_Readings: TypeAlias = Mapping[FunctionUrn, LiveReading]
_Request: TypeAlias = Callable[[], _Readings]


class _LiveReader(msgspec.Struct):
    """One reading, and what it has found so far."""

    source: LiveConfigs
    declared: frozenset[FunctionUrn]
    requests: Scheduler[_Request, _Readings]
    progress: Progress
    found: dict[FunctionUrn, LiveReading] = msgspec.field(default_factory=dict)
    unread: dict[str, str] = msgspec.field(default_factory=dict)
    listed: set[str] = msgspec.field(default_factory=set)
    answered: int = 0

    def read(self, places: Sequence[Place]) -> LiveReadings:
        here = {urn for urn in self.declared if urn.place in places}
        # First, because the functions of a project's list are a request away.
        self.requests.add(partial(self._list, urn) for urn in self._new(sorted(here)))
        self.requests.add(partial(self._list_all, place) for place in places)
        self._get_all(self.declared - here)
        self._get_all(self.declared - self.found.keys())
        names = map(place_name, places)
        return LiveReadings(
            dict(sorted(self.found.items())),
            tuple(name for name in names if name not in self.unread),
            dict(sorted(self.unread.items())),
        )

    def _new(self, urns: Iterable[FunctionUrn]) -> Iterator[FunctionUrn]:
        """One version of each function that was not listed yet."""
        for urn in urns:
            if urn.function not in self.listed:
                self.listed.add(urn.function)
                yield urn

    def _list_all(self, place: Place) -> _Readings:
        """Ask for the configs of the functions of a project while further pages still come."""
        try:
            for urn in self._new(self._functions(place)):
                self.requests.add([partial(self._list, urn)])
        except CloudError as error:
            self.unread[place_name(place)] = _why(error, "FunctionGraph:function:list")
        return {}

    def _functions(self, place: Place) -> Iterator[FunctionUrn]:
        """The functions of a project; their URNs tell which region the address is of.

        Only where addresses are set by hand can it be another one than was asked for.
        """
        region, project_id = place
        for each in self.source.list_functions(region=region, project_id=project_id):
            if each.urn.region != region:
                raise NotFound(
                    operation="list the functions",
                    resource=place_name(place),
                    detail=f"the address that was asked serves region {each.urn.region}",
                    hint="Fix the region, or the addresses (functiongraph:endpoints)",
                )
            yield each.urn

    def _get_all(self, urns: Iterable[FunctionUrn]) -> None:
        """Read configs one by one, and wait for all that was asked for."""
        self.requests.add([partial(self._get, urn) for urn in sorted(urns)])
        for _, found in self.requests.ended():
            self.found.update(found)
            self.answered += 1
            self.progress(self.answered, self.requests.added)

    def _list(self, urn: FunctionUrn) -> Mapping[FunctionUrn, LiveReading]:
        """The configs of a function; where they cannot be listed, those that are declared."""
        try:
            listed = self.source.list_async_configs(urn)
        except CloudError as error:
            unread = UnreadConfig(_why(error, "FunctionGraph:function:getConfig"))
            concerned = {each for each in self.declared if each.function == urn.function}
            return dict.fromkeys(concerned or {urn}, unread)
        return {each.config.function_urn: each for each in listed}

    def _get(self, urn: FunctionUrn) -> Mapping[FunctionUrn, LiveReading]:
        try:
            return {urn: self.source.get_async_config(urn)}
        except CloudError as error:
            return {urn: UnreadConfig(_why(error, "FunctionGraph:function:getConfig"))}


def _why(error: CloudError, permission: str) -> str:
    """What came back; the permissions are from the FunctionGraph API reference, "Permissions"."""
    if isinstance(error, Forbidden | Unauthorized):
        return (
            f"{error} (the permission that would let us look: {permission} or a read-only policy "
            "of the service)"
        )
    return str(error)
