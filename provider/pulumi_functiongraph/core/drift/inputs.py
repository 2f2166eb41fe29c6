"""The two sides of a comparison: what a stack declares, and what was read of the clouds.

Never here: comparing them, and how either side is read.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag


class DeclaredConfig(msgspec.Struct, frozen=True):
    """One config as a stack has it.

    Attributes:
        stack: which stack, as a person names it.
        name: the resource's logical name.
        function_urn: whose config it is, ``None`` when that could not be read.
        bag: the canonical property bag, ``UNKNOWN`` where a secret was not decrypted.
        secret: the paths of the values that are secret, decrypted or not.
        where: ``file:line`` of the declaration.
        why: why it cannot be judged, empty when it can.
        is_going: whether the stack no longer declares it and has yet to delete it.
    """

    stack: str
    name: str
    function_urn: FunctionUrn | None
    bag: Bag = msgspec.field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    where: str = ""
    why: str = ""
    is_going: bool = False


class UnreadConfig(msgspec.Struct, frozen=True):
    """A live side that could not be read: what came back, and what to do."""

    why: str


LiveReading = LiveConfig | UnreadConfig | None
"""A live side: the config, that it could not be read, or that there is none."""


class LiveReadings(msgspec.Struct, frozen=True):
    """What was read of the clouds.

    Attributes:
        configs: by function version, what was read of it; what was not asked for is not in it.
        places: the projects that were read as a whole, as a person names them; none when only
            declared configs were looked at.
        unread: what could not be read beside single configs, and why, by its name.
    """

    configs: Mapping[FunctionUrn, LiveReading]
    places: tuple[str, ...] = ()
    unread: Mapping[str, str] = msgspec.field(default_factory=dict)
