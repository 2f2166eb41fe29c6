"""A comparison in the engine's words: what is added, removed and updated, by property path."""

from __future__ import annotations

from pulumi.runtime.proto import provider_pb2

from pulumi_functiongraph.bridge.provider_answers import Difference
from pulumi_functiongraph.core.properties import Bag, at

_KINDS = provider_pb2.PropertyDiff


def detailed_diff(
    found: Difference, before: Bag, after: Bag
) -> dict[str, provider_pb2.PropertyDiff]:
    """By property path, what kind of change it is.

    Args:
        found: the comparison.
        before: the outputs in state.
        after: the inputs.
    """
    return {
        change.path: _KINDS(kind=_kind(change.path, found, before, after), inputDiff=True)
        for change in found.changes
    }


def _kind(
    path: str, found: Difference, before: Bag, after: Bag
) -> provider_pb2.PropertyDiff.Kind.ValueType:
    if path == "functionUrn" and found.is_replaced:
        return _KINDS.UPDATE_REPLACE
    if at(before, path) is None:
        return _KINDS.ADD
    return _KINDS.DELETE if at(after, path) is None else _KINDS.UPDATE
