"""The package's schema."""

from __future__ import annotations

import json


def schema_text(version: str) -> str:
    """The schema as JSON."""
    return json.dumps({"name": "functiongraph", "version": version})
