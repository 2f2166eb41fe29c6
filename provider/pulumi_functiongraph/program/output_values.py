"""What an Output of a program turns out to be: its value, and the resources behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.property_bags import from_program, outputs_in
from pulumi_functiongraph.core.properties import UNKNOWN, BagValue


@dataclass(frozen=True, slots=True)
class OutputValue:
    """What an Output is.

    Attributes:
        value: as in a property bag, ``UNKNOWN`` where it is not known.
        is_secret: whether it must not be shown.
        resources: those that it was made from.
    """

    value: BagValue
    is_secret: bool
    resources: frozenset[pulumi.Resource]

    @property
    def is_known(self) -> bool:
        """Whether the whole value is."""
        return self.value is not UNKNOWN


async def value_of(output: pulumi.Output[Any]) -> OutputValue | None:
    """What an Output is, once that is settled; never awaited inside the gate.

    Returns:
        ``None`` where it failed; whoever made it fail tells why.
    """
    try:
        resources = frozenset(await output.resources())
        is_secret = await output.is_secret()
        if not await output.is_known():
            return OutputValue(UNKNOWN, is_secret, resources)
        value = await output.future()
    except Exception:  # noqa: BLE001 - of a resource that failed, the engine says why
        return None
    inner: dict[int, BagValue] = {}
    for each in outputs_in({"": value}).values():  # an input type that was made inside apply
        found = await value_of(each)
        inner[id(each)] = UNKNOWN if found is None or found.is_secret else found.value
    return OutputValue(from_program({"": value}, known=inner)[""], is_secret, resources)
