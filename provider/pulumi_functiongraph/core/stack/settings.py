"""The settings of a stack: what its Pulumi config says of this package."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.stack.documents import Export, Preview
from pulumi_functiongraph.core.stack.unknown_values import SECRET_VALUE, read_properties

_DYNAMIC = "pulumi:providers:pulumi-python"
_NAMESPACE = "functiongraph:"
_CREDENTIALS = ("accessKey", "secretKey", "securityToken")


def provider_settings(
    export: Export | None = None, *, preview: Preview | None = None
) -> dict[str, str]:
    """What a stack's Pulumi config says of this package, by its keys without namespace.

    Credentials that are ciphertext in the export, or hidden in the preview, are left out, as a
    whole set.

    Args:
        export: has it among the inputs of a provider, as the configs were applied with.
        preview: has it as it is now, which goes before, without its secrets.
    """
    found = dict(_applied(export)) if export else {}
    for key, value in _configured(preview) if preview else ():
        if value is not None or key not in found:
            found[key] = value
    hidden = {key for key, value in found.items() if value is None}
    if hidden.intersection(_CREDENTIALS):
        hidden.update(_CREDENTIALS)
    return {key: value for key, value in found.items() if value is not None and key not in hidden}


def _applied(export: Export) -> Iterator[tuple[str, str | None]]:
    for state in export.deployment.resources:
        if state.type == _DYNAMIC and not state.delete:
            bag = read_properties(state.inputs, reveal=True).bag
            for key, value in sorted(bag.items()):
                if key.startswith(_NAMESPACE):
                    yield key.removeprefix(_NAMESPACE), value if isinstance(value, str) else None


def _configured(preview: Preview) -> Iterator[tuple[str, str | None]]:
    for key, value in sorted(preview.config.items()):
        if key.startswith(_NAMESPACE):
            text = value if isinstance(value, str) and value != SECRET_VALUE else None
            yield key.removeprefix(_NAMESPACE), text
