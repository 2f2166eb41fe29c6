"""The settings of a stack: what its Pulumi config says of this package."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.pulumi_urns import is_default_provider
from pulumi_functiongraph.core.stack.documents import Export, Preview, State
from pulumi_functiongraph.core.stack.unknown_values import SECRET_VALUE, read_properties
from pulumi_functiongraph.core.type_tokens import PACKAGE

_DYNAMIC = "pulumi:providers:pulumi-python"
_NATIVE = f"pulumi:providers:{PACKAGE}"
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
        namespace = _namespace_of(state)
        if namespace is not None and not state.delete:
            bag = read_properties(state.inputs, reveal=True).bag
            for key, value in sorted(bag.items()):
                if key.startswith(namespace):
                    yield key.removeprefix(namespace), value if isinstance(value, str) else None


def _namespace_of(state: State) -> str | None:
    """How the settings of this package begin in a provider's inputs, ``None`` in another resource.

    The dynamic provider is given the whole config, the plugin its own. A provider that the program
    declares has settings for some configs alone.
    """
    if state.type == _DYNAMIC:
        return _NAMESPACE
    return "" if state.type == _NATIVE and is_default_provider(state.urn) else None


def _configured(preview: Preview) -> Iterator[tuple[str, str | None]]:
    for key, value in sorted(preview.config.items()):
        if key.startswith(_NAMESPACE):
            text = value if isinstance(value, str) and value != SECRET_VALUE else None
            yield key.removeprefix(_NAMESPACE), text
