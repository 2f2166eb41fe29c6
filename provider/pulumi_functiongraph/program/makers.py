"""Makers: which resources of a program can be those that make a function, an agency or a target."""

from __future__ import annotations

import pulumi

from pulumi_functiongraph.core.prechecks import makers
from pulumi_functiongraph.core.prechecks.things import Kind
from pulumi_functiongraph.program.owners import Registered


def may_make(registered: Registered, kind: Kind) -> bool:
    """Whether a resource can be what makes or changes something of a kind.

    Args:
        registered: the resource; what is inside a component is not seen, so it may make anything.
        kind: of what is looked for.
    """
    is_component = isinstance(registered.resource, pulumi.ComponentResource)
    return is_component or makers.may_make(registered.type_token, kind)
