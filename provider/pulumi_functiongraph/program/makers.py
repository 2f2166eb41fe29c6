"""Makers: which resources of a program can be those that make a function, an agency or a target."""

from __future__ import annotations

import pulumi

from pulumi_functiongraph.core.prechecks import makers
from pulumi_functiongraph.core.prechecks.cloud_objects import Kind, Thing
from pulumi_functiongraph.program.resources import Registered


def may_matter(registered: Registered) -> bool:
    """Whether a resource can be what makes or changes anything that a config needs."""
    is_grant = makers.may_make(registered.type_token, Kind.GRANT)
    return bool(registered.texts) or is_grant


def may_mend(registered: Registered, thing: Thing) -> bool:
    """Whether a resource can be what makes or changes a thing.

    Args:
        registered: the resource; what is inside a component is not seen, so it may make anything
            that it names.
        thing: what is looked for.
    """
    if isinstance(registered.resource, pulumi.ComponentResource):
        return not registered.texts.isdisjoint(thing.names)
    return makers.may_mend(
        registered.type_token, thing, texts=registered.texts, inputs=registered.arguments
    )
