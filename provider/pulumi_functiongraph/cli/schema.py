"""`fgctl schema`: the published JSON Schemas."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pulumi_functiongraph.core.schemas import published

EPILOG = """\b
Examples:
  fgctl schema event > event.schema.json
  fgctl schema config"""

SchemaName = StrEnum("SchemaName", ["EVENT", "CONFIG", "GRAPH", "DRIFT", "REVIEW"])
"""What there is a schema of."""


def schema(
    subject: Annotated[
        SchemaName,
        typer.Argument(
            help="event: what a target receives. config: what Pulumi keeps in state. graph: what "
            "fgctl graph --format json prints. drift, review: the same of fgctl drift and review."
        ),
    ],
) -> None:
    """Print a JSON Schema (draft 2020-12)."""
    typer.echo(published(subject), nl=False)
