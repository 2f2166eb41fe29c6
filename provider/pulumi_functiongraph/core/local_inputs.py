"""Inputs that only this package reads: kept in state, never sent, never a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.properties import ADOPT, UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.validation import text_problem

TARGETS = ("onSuccess", "onFailure")

ALLOW_CYCLE = "allowCycle"
"""The input of a target that says: a cycle through this edge is intended, and why."""


class Unsent(msgspec.Struct, frozen=True):
    """What a bag says to this package alone.

    Attributes:
        adopt: whether a config that is already there may be taken over, ``None`` when unsaid.
        allow_cycle: by the path of a target, why a cycle through it is intended.
    """

    adopt: BagValue
    allow_cycle: Mapping[str, BagValue]

    @property
    def acknowledged(self) -> dict[str, str]:
        """The reasons that are known, by the path of the target."""
        return {path: why for path, why in self.allow_cycle.items() if isinstance(why, str)}

    def problems(self) -> Iterator[Problem]:
        """What is wrong with them."""
        if self.adopt is not None and self.adopt is not UNKNOWN and type(self.adopt) is not bool:
            yield Problem(ADOPT, "is not a flag", "allowed: true or false")
        for path, why in self.allow_cycle.items():
            wrong = text_problem(why, breaks=True) if isinstance(why, str) else None
            if wrong is not None:
                yield Problem(f"{path}.{ALLOW_CYCLE}", *wrong)
            elif why is not UNKNOWN and not (isinstance(why, str) and why.strip()):
                yield Problem(
                    f"{path}.{ALLOW_CYCLE}",
                    "gives no reason",
                    "allowed: a text that says why events may circulate here",
                    "write what ends the loop, or remove it",
                )

    def put_back(self, bag: Bag) -> dict[str, BagValue]:
        """The bag with them again, as far as it has the targets that they belong to."""
        full = dict(bag)
        if self.adopt is not None:
            full[ADOPT] = self.adopt
        for path, why in self.allow_cycle.items():
            target = full.get(path)
            if isinstance(target, Mapping):
                full[path] = {**target, ALLOW_CYCLE: why}
        return full


def take_out(bag: Bag) -> tuple[dict[str, BagValue], Unsent]:
    """The bag without them, and them."""
    sent = {key: value for key, value in bag.items() if value is not None and key != ADOPT}
    reasons: dict[str, BagValue] = {}
    for path in TARGETS:
        target = sent.get(path)
        if isinstance(target, Mapping) and ALLOW_CYCLE in target:
            rest = {key: value for key, value in target.items() if key != ALLOW_CYCLE}
            sent[path] = rest
            if target[ALLOW_CYCLE] is not None:
                reasons[path] = target[ALLOW_CYCLE]
    return sent, Unsent(bag.get(ADOPT), reasons)
