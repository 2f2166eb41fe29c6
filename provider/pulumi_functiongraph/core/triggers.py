"""What a topic, a bucket or a stream leads on to: triggers of functions, and publications."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic

Source: TypeAlias = Topic | Bucket | Stream
"""What can trigger a function; a bucket's prefix is that of the objects it listens to."""


class FunctionTrigger(msgspec.Struct, frozen=True):
    """One trigger of a function.

    Attributes:
        source: what triggers.
        function_urn: the function version or alias that is invoked.
        suffix: of a bucket's trigger, the ending of the object keys that it listens to.
        events: of a bucket's trigger, what it listens to, such as ``ObjectCreated:Put``.
    """

    source: Source
    function_urn: FunctionUrn
    suffix: str = ""
    events: tuple[str, ...] = ()


class Publication(msgspec.Struct, frozen=True):
    """A topic that a bucket publishes its events to.

    Attributes:
        source: the bucket, with the prefix of the objects that it tells of.
        topic: where it publishes.
        suffix: the ending of the object keys that it tells of.
        events: what it tells of, such as ``ObjectCreated:Put``.
    """

    source: Bucket
    topic: Topic
    suffix: str = ""
    events: tuple[str, ...] = ()


class Unfollowed(msgspec.Struct, frozen=True):
    """What may lead on, and is not known to; it makes the verdict on whatever reaches it unknown.

    Attributes:
        what: what it is, and what would tell more, for a person.
        source: the kind of what it may listen to, ``None`` for any.
    """

    what: str
    source: type[Source] | None = None


Way: TypeAlias = FunctionTrigger | Publication | Unfollowed
"""One way on from a topic, a bucket or a stream."""
