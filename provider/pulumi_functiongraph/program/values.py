"""What the Outputs of a program turn out to be: their values, and the resources behind them."""

from __future__ import annotations

from typing import Any

import msgspec
import pulumi

from pulumi_functiongraph.bridge.property_bags import from_program, outputs_in
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, BagValue
from pulumi_functiongraph.program.records import RecordedConfig


class Values(msgspec.Struct):
    """What is known of values beyond what the program's text says.

    Attributes:
        known: by Output, its value.
        secret: in a unit test, by Output, a value that is secret; only its problems are reported.
        hidden: in a preview, by Output, a value that is secret or has one in it; it is compared
            with what is live, and never shown.
        derived: by Output, the identity of the one resource that it was derived from.
        sent: by config, its properties as the engine is about to send them.
        news: the Outputs and configs of which more became known since the last reading.
    """

    known: dict[pulumi.Output[Any], BagValue] = msgspec.field(default_factory=dict)
    secret: dict[pulumi.Output[Any], BagValue] = msgspec.field(default_factory=dict)
    hidden: dict[pulumi.Output[Any], BagValue] = msgspec.field(default_factory=dict)
    derived: dict[pulumi.Output[Any], str] = msgspec.field(default_factory=dict)
    sent: dict[RecordedConfig, Bag] = msgspec.field(default_factory=dict)
    news: set[pulumi.Output[Any] | RecordedConfig] = msgspec.field(default_factory=set)

    def learn(
        self, output: pulumi.Output[Any], value: BagValue, *, is_secret: bool = False
    ) -> None:
        """Take the value of an Output."""
        (self.secret if is_secret else self.known)[output] = value
        self.news.add(output)

    def forget(self, output: pulumi.Output[Any]) -> None:
        """Take an Output for unknown again."""
        self.known.pop(output, None)
        self.secret.pop(output, None)
        self.news.add(output)

    def derive(self, output: pulumi.Output[Any], identity: str) -> None:
        """Take an Output for one that was derived from a resource."""
        self.derived[output] = identity
        self.news.add(output)

    def send(self, config: RecordedConfig, bag: Bag) -> None:
        """Take the properties that the engine is about to send."""
        self.sent[config] = bag
        self.news.add(config)


class OutputValue(msgspec.Struct, frozen=True):
    """What an Output is.

    Attributes:
        value: as in a property bag, ``UNKNOWN`` where it is not known.
        whole: the same with what is secret in it.
        is_secret: whether it must not be shown.
        resources: those that it was made from.
    """

    value: BagValue
    whole: BagValue
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
            return OutputValue(UNKNOWN, UNKNOWN, is_secret, resources)
        value = await output.future()
    except Exception:  # noqa: BLE001 - of a resource that failed, the engine says why
        return None
    shown: dict[pulumi.Output[Any], BagValue] = {}
    every: dict[pulumi.Output[Any], BagValue] = {}
    for each in outputs_in({"": value}).values():  # an input type that was made inside apply
        found = await value_of(each)
        if found is not None:
            every[each] = found.whole
        if found is not None and not found.is_secret:
            shown[each] = found.value
    told, whole = (from_program({"": value}, known=known.get)[""] for known in (shown, every))
    return OutputValue(told, whole, is_secret, resources)
