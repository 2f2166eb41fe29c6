"""The nodes of the graph; equal names are one node whatever their spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

import msgspec

from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Target, Topic


class NodeKind(StrEnum):
    """What a node is."""

    FUNCTION = "function"
    ALIAS = "alias"
    TOPIC = "topic"
    BUCKET = "bucket"
    STREAM = "stream"
    OTHER = "other"


class Naming(StrEnum):
    """How much of a node's name is known."""

    KNOWN = "known"
    IDENTIFIED = "identified"
    UNKNOWN = "unknown"


class Node(msgspec.Struct, frozen=True, eq=False):
    """One node; two with the same key are the same.

    Attributes:
        key: function or topic URN, ``obs://bucket/prefix``, ``dis://region/project/stream``; the
            identity of the resource and output behind it while the name is unknown.
        kind: what it is; a wholly unknown target is of kind other.
        name: what a person reads; for a bucket without its prefix.
        naming: whether the name is known, stands for a resource, or is unknown until apply or
            secret.
        prefix: of a bucket, the prefix of the object keys; ``None`` while it is unknown.
    """

    key: str
    kind: NodeKind
    name: str
    naming: Naming = Naming.KNOWN
    prefix: str | None = ""

    def __eq__(self, other: object) -> bool:
        """Whether it has the same key."""
        return isinstance(other, Node) and self.key == other.key

    def __hash__(self) -> int:
        """Of the key."""
        return hash(self.key)

    def __lt__(self, other: Node) -> bool:
        """In order of the keys."""
        return self.key < other.key

    def __str__(self) -> str:
        """The key, which names the node in full."""
        return self.key


def function(urn: FunctionUrn) -> Node:
    """A function version or an alias."""
    name = str(urn)
    return Node(name, NodeKind.ALIAS if urn.is_alias else NodeKind.FUNCTION, name)


def topic(topic_urn: str) -> Node:
    """An SMN topic."""
    return Node(topic_urn, NodeKind.TOPIC, topic_urn)


def bucket(name: str, *, prefix: str | None = "") -> Node:
    """Where in an OBS bucket objects are written, or which objects a trigger listens to.

    Args:
        name: the bucket's name, unique in its cloud.
        prefix: kept to the letter; ``None`` while it is unknown.
    """
    return Node(_bucket_key(f"obs://{name}", prefix), NodeKind.BUCKET, name, prefix=prefix)


def stream(name: str, *, region: str, project_id: str) -> Node:
    """A DIS stream; its name is unique in a project."""
    return Node(f"dis://{region}/{project_id}/{name}", NodeKind.STREAM, name)


def other(destination: str, *, param: str = "") -> Node:
    """A target of a kind that this release does not know; its param enters hashed, never shown."""
    mark = sha256(param.encode()).hexdigest()[:8]
    return Node(f"{destination}#{mark}", NodeKind.OTHER, destination)


def identified(kind: NodeKind, identity: str, *, prefix: str | None = "") -> Node:
    """What has no known name yet, but a known resource behind it.

    Its identity is the Pulumi URN of the resource, the same for every output that names it.
    """
    key = _bucket_key(identity, prefix) if kind is NodeKind.BUCKET else identity
    return Node(key, kind, identity, Naming.IDENTIFIED, prefix)


def unknown(kind: NodeKind, *, at: str) -> Node:
    """What cannot be identified until apply, or is secret; it is the same as nothing else.

    `at` is the resource and the property path that will tell.
    """
    return Node(f"unknown until apply or secret: {at}", kind, at, Naming.UNKNOWN)


def of_target(target: Target, *, region: str, project_id: str) -> Node:
    """The node of a known target; region and project are the source's, where its streams are."""
    match target:
        case Function():
            return function(target.function_urn)
        case Topic():
            return topic(target.topic_urn)
        case Bucket():
            return bucket(target.bucket, prefix=target.prefix)
        case Stream():
            return stream(target.stream_name, region=region, project_id=project_id)
        case _:
            return other(target.destination, param=target.param)


def shown_names(nodes: Iterable[Node]) -> dict[Node, str]:
    """By node, its name as a person reads it among the others.

    Where a resource stands for it, that is the resource's name, with its type where several have
    the name; its Pulumi URN says no more within one stack. Functions and topics are named as within
    their project where all of them are of one.
    """
    listed = list(nodes)
    is_one_project = len({_project(node.name) for node in listed} - {""}) == 1
    found = {node: _resource(node.name) for node in listed}
    if is_one_project:
        found = {node: _within_project(name) for node, name in found.items()}
    times = Counter(found.values())
    return {
        node: name if times[name] == 1 else _resource(node.name, fields=2)
        for node, name in found.items()
    }


def _project(name: str) -> str:
    """Region and project of a URN of a cloud, empty for any other name."""
    return ":".join(name.split(":")[2:4]) if name.startswith(("urn:fss:", "urn:smn:")) else ""


def _within_project(name: str) -> str:
    if name.startswith("urn:smn:"):
        return f"topic {name.rsplit(':', maxsplit=1)[-1]}"
    return FunctionUrn.parse(name).short if name.startswith("urn:fss:") else name


def _resource(name: str, *, fields: int = 3) -> str:
    """The last fields of ``urn:pulumi:<stack>::<project>::<type>::<name>``; other names whole."""
    return name.split("::", fields)[-1] if name.startswith("urn:pulumi:") else name


def _bucket_key(name: str, prefix: str | None) -> str:
    return f"{name}/*" if prefix is None else f"{name}/{prefix}"
