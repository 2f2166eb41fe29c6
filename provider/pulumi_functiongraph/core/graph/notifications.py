"""The edges that a config sets, whether it is declared or live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.graph import nodes
from pulumi_functiongraph.core.graph.edges import Edge, Label, Origin
from pulumi_functiongraph.core.graph.nodes import Node, NodeKind
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Topic
from pulumi_functiongraph.core.validation import Value

SOURCE = "functionUrn"
_LABELS = {"onSuccess": Label.SUCCESS, "onFailure": Label.FAILURE}

_KINDS: dict[type[Value], NodeKind] = {
    Function: NodeKind.FUNCTION,
    Bucket: NodeKind.BUCKET,
    Topic: NodeKind.TOPIC,
    Stream: NodeKind.STREAM,
}


class Declared(msgspec.Struct, frozen=True):
    """What a program says of a config beside its values.

    Attributes:
        resource: the resource's logical name.
        where: ``file:line`` of the declaration.
        unknown: the paths of the values that are unknown, or that may not be shown.
        identities: by such a path, the Pulumi URN of the resource behind the value, where known.
        acknowledged: by the path of a target, why a cycle through it is intended.
        region: where the config is while its own URN is unknown, ``None`` when unknown.
        project_id: the same for the project.
    """

    resource: str
    where: str = ""
    unknown: frozenset[str] = frozenset()
    identities: Mapping[str, str] = msgspec.field(default_factory=dict)
    acknowledged: Mapping[str, str] = msgspec.field(default_factory=dict)
    region: str | None = None
    project_id: str | None = None

    def stand_in(self, kind: NodeKind, *, path: str, prefix: str | None = "") -> Node:
        """The node of a value that is unknown."""
        identity = self.identities.get(path)
        if identity is None:
            return nodes.unknown(kind, at=f"{self.resource}.{path}")
        return nodes.identified(kind, identity, prefix=prefix)


def live_edges(config: Config, *, origin: Origin = Origin.LIVE) -> Iterator[Edge]:
    """The edges of a config as a cloud holds it.

    Args:
        config: the setting.
        origin: ``Origin.REMOVED`` when state still holds it and the program no longer declares it.
    """
    urn = config.function_urn
    source = nodes.function(urn)
    for path, target in config.targets.items():
        node = nodes.of_target(target, region=urn.region, project_id=urn.project_id)
        retries = config.max_async_retry_attempts
        yield Edge(source, node, _LABELS[path], origin, path=path, retries=retries)


def source_of(draft: Config, *, declared: Declared) -> Node:
    """The function version that a declared config belongs to, also when it has no target."""
    if SOURCE in declared.unknown:
        return declared.stand_in(NodeKind.FUNCTION, path=SOURCE)
    return nodes.function(draft.function_urn)


def declared_edges(draft: Config, *, declared: Declared) -> Iterator[Edge]:
    """The edges of a declared config, with stand-ins where a value is unknown."""
    source = source_of(draft, declared=declared)
    is_open = "maxAsyncRetryAttempts" in declared.unknown
    for path, label in _LABELS.items():
        node = _target(path, draft=draft, declared=declared)
        if node is not None:
            yield Edge(
                source,
                node,
                label,
                resource=declared.resource,
                path=path,
                where=declared.where,
                retries=None if is_open else draft.max_async_retry_attempts,
                acknowledged=declared.acknowledged.get(path, ""),
            )


def _target(path: str, *, draft: Config, declared: Declared) -> Node | None:
    target = draft.targets.get(path)
    if path in declared.unknown:
        return declared.stand_in(NodeKind.OTHER, path=path)
    if target is None:
        return None
    kind, name = _KINDS.get(type(target), NodeKind.OTHER), target.named_by
    region, project_id = _home(draft, declared=declared)
    prefix = target.prefix if isinstance(target, Bucket) else ""
    is_open = f"{path}.{name}" in declared.unknown
    is_homeless = isinstance(target, Stream) and not (region and project_id)
    if is_open or is_homeless:
        known = None if f"{path}.prefix" in declared.unknown else prefix
        return declared.stand_in(kind, path=f"{path}.{name}", prefix=known)
    if isinstance(target, Bucket) and f"{path}.prefix" in declared.unknown:
        return nodes.bucket(target.bucket, prefix=None)
    return nodes.of_target(target, region=region, project_id=project_id)


def _home(draft: Config, *, declared: Declared) -> tuple[str, str]:
    """The region and the project that the source is in, and so are its streams; else empty."""
    if SOURCE in declared.unknown:
        return declared.region or "", declared.project_id or ""
    return draft.function_urn.region, draft.function_urn.project_id
