"""Triggers: which function a topic, a bucket or a stream invokes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic

Source: TypeAlias = Topic | Bucket | Stream
"""What can trigger a function; a bucket's prefix is that of the objects it listens to."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger of a function.

    Attributes:
        source: what triggers.
        function_urn: the function version or alias that is invoked.
        suffix: of a bucket's trigger, the ending of the object keys that it listens to.
    """

    source: Source
    function_urn: FunctionUrn
    suffix: str = ""
