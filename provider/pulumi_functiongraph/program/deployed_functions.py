"""Functions of the program that exist already, by the names that the stack's state has of them.

A preview or an update does not tell a resource's outputs before the resource is registered, and
then it is too late for the gate. State tells them. A resource whose inputs change may be replaced
and get another name, so it stays unknown; one whose inputs are those of state keeps its name even
when something else replaces it, unless Pulumi named it by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.graph import nodes as graph_nodes
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.program.declarations import DeclaredResource
from pulumi_functiongraph.program.stack_state import function_named

_NAMES = ("functionurn", "funcurn")
"""Outputs that name the function itself, in the spelling of no language."""


def existing(
    wanted: Iterable[Node],
    resources: Iterable[DeclaredResource],
    outputs: Mapping[str, Mapping[str, object]],
) -> dict[Node, tuple[Node, ...]]:
    """By node of a resource, the live function that it stands for.

    Args:
        wanted: functions that a resource stands for.
        resources: those of the program.
        outputs: by Pulumi URN, what state holds of each resource.
    """
    # A component has no inputs by which it could be told to stay what it is.
    declared = {
        each.urn: each.maker.inputs
        for each in resources
        if each.maker is not None and not each.maker.is_component
    }
    found: dict[Node, tuple[Node, ...]] = {}
    for node in wanted:
        urn, output = _split(node.key, declared)
        held = {_plain(key): value for key, value in outputs.get(urn, {}).items()}
        if urn in declared and _is_unchanged(declared[urn], held):
            function_urn = _named(held, output)
            if function_urn is not None:
                found[node] = (graph_nodes.function(function_urn),)
    return found


def _split(identity: str, declared: Mapping[str, Bag]) -> tuple[str, str]:
    """The resource of an identity and the output, empty where it names the function itself."""
    if identity in declared:
        return identity, ""
    urn, _, output = identity.rpartition(".")
    return urn, output


def _named(held: Mapping[str, object], output: str) -> FunctionUrn | None:
    """The function that an output names, ``None`` where there is none or several are possible."""
    if output:
        return function_named(held.get(_plain(output)))
    values = [held[name] for name in _NAMES if name in held] or held.values()
    urns = {urn for urn in map(function_named, values) if urn is not None}
    return urns.pop() if len(urns) == 1 else None


def _is_unchanged(declared: Mapping[str, object], held: Mapping[str, object]) -> bool:
    """Whether every input is known and is what state holds."""
    return all(_is_same(value, held.get(key)) for key, value in _given(declared))


def _given(declared: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The inputs that have a value; Pulumi's own, such as the code of a provider, are left out."""
    for key, value in declared.items():
        if value is not None and not key.startswith("__"):
            yield _plain(key), value


def _is_same(declared: object, held: object) -> bool:
    if isinstance(declared, Mapping):
        if not isinstance(held, Mapping):
            return False
        inside = {_plain(str(key)): value for key, value in held.items()}
        return all(_is_same(value, inside.get(key)) for key, value in _given(declared))
    if isinstance(declared, list | tuple):
        return (
            isinstance(held, list | tuple)
            and len(declared) == len(held)
            and all(map(_is_same, declared, held))
        )
    return isinstance(declared, str | int | float) and declared == held


def _plain(key: str) -> str:
    """A property's name, which Python spells ``func_name`` and the engine ``funcName``."""
    return key.replace("_", "").lower()
