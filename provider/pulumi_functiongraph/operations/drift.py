"""What is live, as a drift report needs it: the declared configs, and whole projects on request."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.drift.inputs import Live, Reading, Unread
from pulumi_functiongraph.core.errors import CloudError, Forbidden, NotFound, Unauthorized
from pulumi_functiongraph.core.names import FunctionUrn

AT_ONCE = 16
"""Requests under way at the same time."""

Place: TypeAlias = tuple[str, str]
"""A region and a project id."""

Progress: TypeAlias = Callable[[int, int], object]
"""Told how many questions are answered, and how many there are so far."""


def place_name(place: Place) -> str:
    """A project, as a person names it."""
    return f"project {place[1]} in {place[0]}"


class ListedFunction(Protocol):
    """A function of a project's list."""

    @property
    def urn(self) -> FunctionUrn:
        """Canonical, with the version."""


class LiveConfigs(Protocol):
    """What is asked of a cloud; each method may be called from many threads at once."""

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none."""

    def list_async_configs(self, function_urn: FunctionUrn) -> Sequence[LiveConfig]:
        """The configs of all versions of a function."""

    def list_functions(self, *, region: str, project_id: str) -> Iterable[ListedFunction]:
        """The functions of a project."""


def read_live(
    source: LiveConfigs,
    declared: Collection[FunctionUrn],
    *,
    places: Collection[Place] = (),
    progress: Progress = lambda _done, _all: None,
    at_once: int = AT_ONCE,
) -> Live:
    """Read the declared configs, and all configs of some projects.

    One request a function of the projects, one for 400 functions, one for each declared config
    elsewhere, and one to make sure of each that a list does not have.

    Args:
        source: the cloud.
        declared: function versions whose config is declared.
        places: projects that are read as a whole.
        progress: told of each answer, in the thread of the caller.
        at_once: requests under way at the same time.
    """
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="functiongraph-drift")
    try:
        return _Reader(source, frozenset(declared), pool, progress).read(sorted(set(places)))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@dataclass
class _Reader:
    """One reading, and what it has found so far."""

    source: LiveConfigs
    declared: frozenset[FunctionUrn]
    pool: ThreadPoolExecutor
    progress: Progress
    found: dict[FunctionUrn, Reading] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    answered: int = 0

    def read(self, places: Sequence[Place]) -> Live:
        # Asked for at once: the first functions of a project's list are a request away.
        here = [urn for urn in sorted(self.declared) if (urn.region, urn.project_id) in places]
        one_each = {urn.function: urn for urn in here}
        listed = {key: self.pool.submit(self._list, urn) for key, urn in one_each.items()}
        whole = []
        for place in places:
            name = place_name(place)
            try:
                # Their configs are asked for while further pages of functions still come.
                for urn in self._functions(place):
                    if urn.function not in listed:
                        listed[urn.function] = self.pool.submit(self._list, urn)
            except CloudError as error:
                self.unread[name] = _why(error, "FunctionGraph:function:list")
            else:
                whole.append(name)
        elsewhere = [urn for urn in self.declared if urn.function not in listed]
        self._take([*listed.values(), *(self.pool.submit(self._get, urn) for urn in elsewhere)])
        unlisted = [urn for urn in self.declared if urn not in self.found]
        self._take([self.pool.submit(self._get, urn) for urn in unlisted])
        return Live(
            dict(sorted(self.found.items())), tuple(whole), dict(sorted(self.unread.items()))
        )

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
                    hint="Mend the region, or the addresses (functiongraph:endpoints)",
                )
            yield each.urn

    def _take(self, asked: Sequence[Future[Mapping[FunctionUrn, Reading]]]) -> None:
        total = self.answered + len(asked)
        for future in as_completed(asked):
            self.found.update(future.result())
            self.answered += 1
            self.progress(self.answered, total)

    def _list(self, urn: FunctionUrn) -> Mapping[FunctionUrn, Reading]:
        """The configs of a function; where they cannot be listed, those that are declared."""
        try:
            listed = self.source.list_async_configs(urn)
        except CloudError as error:
            unread = Unread(_why(error, "FunctionGraph:function:getConfig"))
            concerned = {each for each in self.declared if each.function == urn.function}
            return dict.fromkeys(concerned or {urn}, unread)
        return {each.config.function_urn: each for each in listed}

    def _get(self, urn: FunctionUrn) -> Mapping[FunctionUrn, Reading]:
        try:
            return {urn: self.source.get_async_config(urn)}
        except CloudError as error:
            return {urn: Unread(_why(error, "FunctionGraph:function:getConfig"))}


def _why(error: CloudError, permission: str) -> str:
    """What came back; the permissions are from the FunctionGraph API reference, "Permissions"."""
    if isinstance(error, Forbidden | Unauthorized):
        return (
            f"{error} (the permission that would let us look: {permission} or a read-only policy "
            "of the service)"
        )
    return str(error)
