"""`fgctl schema`: the published schemas."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pulumi_functiongraph.core.schemas import published

EPILOG = """\b
Examples:
  fgctl schema event > event.schema.json
  fgctl schema config
  fgctl schema package > schema.json"""

SchemaName = StrEnum(
    "SchemaName", ["EVENT", "CONFIG", "GRAPH", "PRECHECK", "DRIFT", "REVIEW", "PACKAGE"]
)
"""What there is a schema of."""


def schema(
    subject: Annotated[
        SchemaName,
        typer.Argument(
            help="event: what a target receives. config: what Pulumi keeps in state. graph: what "
            "fgctl graph --format json prints. precheck, drift, review: the same of each. "
            "package: what the plugin offers, for generators of SDKs in other languages."
        ),
    ],
) -> None:
    """Print a JSON Schema (draft 2020-12), or Pulumi's package schema."""
    if subject == SchemaName.PACKAGE:
        from pulumi_functiongraph.bridge import package_schema

        typer.echo(package_schema.published(), nl=False)
        return
    typer.echo(published(subject), nl=False)
