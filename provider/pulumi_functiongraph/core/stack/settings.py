"""The settings that a stack's configs were applied with: providers' inputs in its state."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.stack.documents import Export
from pulumi_functiongraph.core.stack.properties import read_properties

_DYNAMIC = "pulumi:providers:pulumi-python"
_NAMESPACE = "functiongraph:"
_CREDENTIALS = ("accessKey", "secretKey", "securityToken")


def provider_settings(export: Export) -> dict[str, str]:
    """What a stack's Pulumi config says of this package, by its keys without namespace.

    Credentials that are ciphertext in the export are left out, as a whole set.
    """
    found = dict(_settings(export))
    undecrypted = {key for key, value in found.items() if value is None}
    if undecrypted.intersection(_CREDENTIALS):
        undecrypted.update(_CREDENTIALS)
    return {
        key: value for key, value in found.items() if value is not None and key not in undecrypted
    }


def _settings(export: Export) -> Iterator[tuple[str, str | None]]:
    for state in export.deployment.resources:
        if state.type == _DYNAMIC and not state.delete:
            bag = read_properties(state.inputs, reveal=True).bag
            for key, value in sorted(bag.items()):
                if key.startswith(_NAMESPACE):
                    yield key.removeprefix(_NAMESPACE), value if isinstance(value, str) else None
