"""What a stack declares, read from the JSON of a preview or of a stack export, without an engine.

Never here: files, Pulumi, a cloud, and what is said of what was found.
"""

from __future__ import annotations

from pulumi_functiongraph.core.stack.configs import (
    DefaultProject,
    StackConfig,
)
from pulumi_functiongraph.core.stack.documents import Export, Preview, parse_export, parse_preview
from pulumi_functiongraph.core.stack.drift import declared_configs
from pulumi_functiongraph.core.stack.edges import aliases_of, edges_of, sources_of
from pulumi_functiongraph.core.stack.reading import (
    Stack,
    are_of_one_stack,
    is_of_new_stack,
    read_stack,
    stack_of,
)
from pulumi_functiongraph.core.stack.settings import provider_settings

__all__ = [
    "DefaultProject",
    "Export",
    "Preview",
    "Stack",
    "StackConfig",
    "aliases_of",
    "are_of_one_stack",
    "declared_configs",
    "edges_of",
    "is_of_new_stack",
    "parse_export",
    "parse_preview",
    "provider_settings",
    "read_stack",
    "sources_of",
    "stack_of",
]
