"""The package's schema, which few processes are asked for: it is built then, not at the start."""

from __future__ import annotations


def schema_text() -> str:
    """The schema as JSON."""
    from pulumi_functiongraph.bridge.package_schema import published

    return published()
