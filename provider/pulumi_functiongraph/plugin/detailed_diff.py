"""A comparison in the engine's words: what is added, removed and updated, by property path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pulumi.runtime.proto import provider_pb2

from pulumi_functiongraph.bridge.provider_answers import Difference
from pulumi_functiongraph.core.properties import Bag, at

_KINDS = provider_pb2.PropertyDiff
_IN_BRACKETS = re.compile(r"""\[["']?([^"'\]]*)["']?\]""")


def ignored_paths(written: Iterable[str]) -> tuple[str, ...]:
    """Property paths that a program ignores, as this package spells them.

    Args:
        written: in Pulumi's spelling, such as ``onFailure.bucket`` or ``["onFailure"].bucket``.
    """
    return tuple(_IN_BRACKETS.sub(r".\1", each).removeprefix(".") for each in written)


def detailed_diff(
    found: Difference, before: Bag, after: Bag
) -> dict[str, provider_pb2.PropertyDiff]:
    """By property path, what kind of change it is.

    Args:
        found: the comparison.
        before: the outputs in state.
        after: the inputs.
    """
    paths = {_path_in(before, after, change.path) for change in found.changes}
    return {
        path: _KINDS(kind=_kind(path, found, before, after), inputDiff=True)
        for path in sorted(paths)
    }


def _path_in(before: Bag, after: Bag, path: str) -> str:
    """The path as the engine finds it in the bags, which may spell a target as ``param``."""
    head, _, rest = path.partition(".")
    sides = [bag.get(head) for bag in (before, after)]
    raw = [isinstance(side, Mapping) and "param" in side for side in sides]
    if not rest or not any(raw):
        return path
    return f"{head}.param" if all(raw) else head


def _kind(
    path: str, found: Difference, before: Bag, after: Bag
) -> provider_pb2.PropertyDiff.Kind.ValueType:
    if path == "functionUrn" and found.is_replaced:
        return _KINDS.UPDATE_REPLACE
    if at(before, path) is None:
        return _KINDS.ADD
    return _KINDS.DELETE if at(after, path) is None else _KINDS.UPDATE
