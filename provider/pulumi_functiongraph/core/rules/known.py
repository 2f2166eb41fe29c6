"""What is known of a declaration before apply; rules judge this and pass over the rest."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Target


def known_source(declaration: Declaration) -> FunctionUrn | None:
    """The function version, ``None`` while it is unknown or invalid."""
    examined = declaration.examined
    if examined.draft is None or "functionUrn" in examined.unknown:
        return None
    return examined.draft.function_urn


def known_targets(declaration: Declaration) -> Iterable[tuple[str, Target]]:
    """Each target whose kind is known, with its path; its fields may be stand-ins."""
    draft = declaration.examined.draft
    return () if draft is None else draft.targets.items()


def is_known(declaration: Declaration, path: str) -> bool:
    """Whether the value at a path is no stand-in."""
    return path not in declaration.examined.unknown
