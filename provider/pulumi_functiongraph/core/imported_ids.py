"""Imports whose id names another function than the one that is declared.

The engine would take the config of the first one into the state, and delete it to make that of the
second one.
"""

from __future__ import annotations

from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.names import FunctionUrn


def import_problem(imported: FunctionUrn, source: FunctionUrn) -> Problem | None:
    """What is wrong with an import, ``None`` where both name the same function version.

    Args:
        imported: what the id to import names.
        source: what is declared.
    """
    if imported == source:
        return None
    return Problem(
        "functionUrn",
        f"names {source}, and the id to import names {imported}",
        "an import takes over the config of the function that is declared",
        "write the same function in both, or remove the import once it is done",
    )
