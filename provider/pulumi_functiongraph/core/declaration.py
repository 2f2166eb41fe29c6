"""Declared configs as the rules and the graph see them, read alike from a program and a stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec

from pulumi_functiongraph.core.config_validation import Examined, examine
from pulumi_functiongraph.core.graph import (
    Declared,
    Edge,
    Node,
    declared_edges,
    source_of,
)
from pulumi_functiongraph.core.graph.notifications import SOURCE
from pulumi_functiongraph.core.properties import Bag

_NOBODY: Mapping[str, str] = MappingProxyType({})


class Declaration(msgspec.Struct, frozen=True):
    """One declared config.

    Attributes:
        name: the resource's logical name in the program.
        examined: its property bag, judged.
        source: the canonical function URN, or while that is unknown an identity of the resource
            and output behind it; ``None`` when not even that is known.
        where: ``file:line`` of the declaration, relative to the project.
        behind: by the path of an unknown value, the identity of the resource behind it.
        region: completes short names, ``None`` when unknown.
        project_id: the same for the project.
        has_own_account: whether it has a provider of its own, so that the account and the cloud
            that the program's settings name are not its.
    """

    name: str
    examined: Examined
    source: str | None
    where: str = ""
    behind: Mapping[str, str] = msgspec.field(default_factory=dict)
    region: str | None = None
    project_id: str | None = None
    has_own_account: bool = False

    @property
    def declared(self) -> Declared:
        """What the graph has to know beside the values."""
        return Declared(
            resource=self.name,
            where=self.where,
            unknown=self.examined.unknown,
            identities=self.behind,
            acknowledged=self.examined.unsent.acknowledged,
            region=self.region,
            project_id=self.project_id,
        )

    @property
    def node(self) -> Node | None:
        """The function version in the graph, ``None`` when the config is not valid."""
        draft = self.examined.draft
        return None if draft is None else source_of(draft, declared=self.declared)

    def edges(self) -> Iterator[Edge]:
        """Its edges in the graph, none when the config is not valid."""
        draft = self.examined.draft
        if draft is not None:
            yield from declared_edges(draft, declared=self.declared)


def read_declaration(
    name: str,
    bag: Bag,
    *,
    where: str = "",
    behind: Mapping[str, str] = _NOBODY,
    source: str | None = None,
    region: str | None = None,
    project_id: str | None = None,
    has_own_account: bool = False,
) -> Declaration:
    """Examine a declared config, and find out what its unknown values surely are.

    Args:
        name: the resource's logical name.
        bag: its properties, ``UNKNOWN`` where they are.
        where: ``file:line`` of the declaration.
        behind: by property path, the identity of the one resource behind a value.
        source: what an unknown function URN is the same as; what is behind it where not given.
        region: completes short names.
        project_id: completes short names.
        has_own_account: whether it has a provider of its own.
    """
    examined = examine(bag, region=region, project_id=project_id)
    unknown = {path: behind[path] for path in behind if path in examined.unknown}
    if SOURCE in examined.unknown:
        source = source or unknown.get(SOURCE)
    else:
        source = None if examined.source is None else str(examined.source)
    place = region or None, project_id or None
    return Declaration(name, examined, source, where, unknown, *place, has_own_account)
