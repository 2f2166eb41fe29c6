"""What the calls of a provider come to."""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.core.diff import Change
from pulumi_functiongraph.core.properties import Bag


class Checked(msgspec.Struct, frozen=True):
    """What a check came to.

    Attributes:
        declared: the bag, taken apart.
        problems: everything that is wrong, a line each; empty when nothing is.
    """

    declared: DeclaredBag
    problems: tuple[str, ...]


class Difference(msgspec.Struct, frozen=True):
    """What a comparison came to.

    Attributes:
        changes: every property that differs.
        is_replaced: whether the resource is deleted and created anew.
    """

    changes: tuple[Change, ...]
    is_replaced: bool


class Read(msgspec.Struct, frozen=True):
    """What is live.

    Attributes:
        outputs: as state holds it.
        inputs: as a program would declare it.
    """

    outputs: Bag
    inputs: Bag
